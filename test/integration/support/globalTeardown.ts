import fs from 'node:fs';
import path from 'node:path';
import { currents } from './command';

export default async function stopStack(): Promise<void> {
  const down = await currents(['down', '--volumes', '--yes']);
  if (down.code !== 0)
    throw new Error(`expected the test stack to stop, found exit ${down.code}:\n${down.stderr}`);
  fs.rmSync(path.dirname(process.env.CURRENTS_HOME!), { recursive: true, force: true });
}
