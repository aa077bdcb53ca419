import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { DefaultLogger } from '@temporalio/worker';
import { pipelines } from '../../../pipelines/registry';
import { bundle, withPipelines } from '../../../workers/bundle';
import { BUNDLE_VARIABLE } from './bundlePath';

/**
 * Bundles the workflow code once for all test files: it takes several seconds, and every file has a process
 * memory of its own.
 */
export default async function bundleWorkflows(): Promise<void> {
  const code = withPipelines(await bundle({ logger: new DefaultLogger('ERROR') }), pipelines());
  const file = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'currents-bundle-')), 'workflows.js');
  fs.writeFileSync(file, code);
  process.env[BUNDLE_VARIABLE] = file;
}
