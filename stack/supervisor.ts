import { followProxies } from '../clients/http/followProxies';
import { readConfig } from '../settings/config';
import { startControlServer } from './controlServer';
import { Supervisor } from './keepServices';
import { serviceNamed } from './services/table';

/** `node supervisor.js <service>...` */
async function main(): Promise<void> {
  await followProxies();
  const config = readConfig();
  const supervisor = new Supervisor(config);
  const server = await startControlServer(supervisor, config);
  const end = async (): Promise<void> => {
    await supervisor.stop();
    server.close();
    process.exit(0);
  };
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => void end());
  server.on('stop', () => void end());
  supervisor.start(process.argv.slice(2).map(serviceNamed));
}

main().catch((error: Error) => {
  console.error(error.stack);
  process.exit(1);
});
