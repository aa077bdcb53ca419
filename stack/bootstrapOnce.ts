import { readConfig } from '../settings/config';
import { prepareLake } from './services/bootstrap';

/** For services that run elsewhere (docker-compose.yml): makes buckets, first commit and slots, then ends. */
prepareLake({ config: readConfig() }).catch((error: Error) => {
  console.error(error.stack);
  process.exit(1);
});
