import os from 'node:os';
import path from 'node:path';
import { setTestEnvironment } from '../../integration/support/environment';

/** For tests that start stacks of their own: no shared one, and no home, so that each must name its own. */
export default async function withoutStack(): Promise<void> {
  await setTestEnvironment(path.join(os.tmpdir(), 'currents-no-home'));
}
