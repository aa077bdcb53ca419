import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { currents } from './command';
import { setTestEnvironment } from './environment';

/** What a user's folder may be called: every integration test runs in it, with every program of the stack. */
const ODD_NAME = 'Größe #1, 100% home';

/** One stack for all integration tests, on ports and in a folder of its own. */
export default async function startStack(): Promise<void> {
  await setTestEnvironment(path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'currents-test-')), ODD_NAME));
  const up = await currents(['up']);
  if (up.code !== 0)
    throw new Error(`expected the test stack to start, found exit ${up.code}:\n${up.stderr}\n${up.stdout}`);
}
