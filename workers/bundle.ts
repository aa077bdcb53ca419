import fs from 'node:fs/promises';
import path from 'node:path';
import { bundleWorkflowCode } from '@temporalio/worker';

/** Where `npm run build` puts the workflow code, so that no worker spends seconds on bundling at start. */
export const BUNDLE_PATH = path.join(__dirname, '..', 'workflow-bundle.js');

export async function bundle(): Promise<string> {
  const { code } = await bundleWorkflowCode({ workflowsPath: require.resolve('../workflows') });
  return code;
}

if (require.main === module) {
  bundle()
    .then((code) => fs.writeFile(BUNDLE_PATH, code))
    .catch((error: unknown) => {
      console.error(error);
      process.exitCode = 1;
    });
}
