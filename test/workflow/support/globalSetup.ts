import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import { repositoryRoot } from '../../../settings/repositoryRoot';
import { BUNDLE_VARIABLE } from './bundlePath';

/**
 * Bundles the workflow code once for all test files: it takes several seconds, and every file has a process
 * memory of its own.
 */
export default async function bundleWorkflows(): Promise<void> {
  const { code } = await bundleWorkflowCode({
    workflowsPath: path.join(repositoryRoot(), 'workflows', 'index.ts'),
    logger: new DefaultLogger('ERROR'),
  });
  const file = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'currents-bundle-')), 'workflows.js');
  fs.writeFileSync(file, code);
  process.env[BUNDLE_VARIABLE] = file;
}
