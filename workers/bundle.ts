import fs from 'node:fs/promises';
import path from 'node:path';
import { bundleWorkflowCode, type BundleOptions } from '@temporalio/worker';
import type { Pipeline } from '../core/pipeline';

/** Where `npm run build` puts the workflow code, so that no worker spends seconds on bundling at start. */
export const BUNDLE_PATH = path.join(__dirname, '..', 'workflow-bundle.js');

/** As in `workflows/pipelines.ts`, with any quotes of the bundler. */
const PLACE = /(['"])@@CURRENTS_PIPELINES@@\1/g;

export async function bundle(options: Partial<BundleOptions> = {}): Promise<string> {
  const { code } = await bundleWorkflowCode({ workflowsPath: require.resolve('../workflows'), ...options });
  return code;
}

/** The bundle with the definitions of the enabled pipelines in it. */
export function withPipelines(code: string, pipelines: readonly Pipeline[]): string {
  const text = JSON.stringify(JSON.stringify(pipelines));
  const found = code.match(PLACE)?.length ?? 0;
  if (found !== 1) throw new Error(`workflow bundle: expected one place for pipelines, found ${found}`);
  return code.replace(PLACE, () => text);
}

if (require.main === module) {
  bundle()
    .then((code) => fs.writeFile(BUNDLE_PATH, code))
    .catch((error: unknown) => {
      console.error(error);
      process.exitCode = 1;
    });
}
