import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import path from 'node:path';
import type { StreamContract } from '../../core/contract/contract';
import { readContracts } from '../../core/contract/readContracts';
import { GitRefError } from './errors';

const run = promisify(execFile);

/**
 * The contracts of a pipeline as a commit of its repository has them; none where the commit has no such
 * folder.
 *
 * @throws GitRefError, ContractInvalidError
 */
export async function contractsAt(filesFolder: string, ref: string): Promise<StreamContract[]> {
  const folder = path.join(filesFolder, 'contracts');
  const listed = await git(folder, ref, ['ls-tree', '--name-only', '--end-of-options', ref, './']);
  const names = listed.split('\n').filter((name) => name.endsWith('.yaml'));
  const texts = await Promise.all(
    names.map((name) => git(folder, ref, ['show', '--end-of-options', `${ref}:./${name}`])),
  );
  return readContracts(
    `${folder} at ${ref}`,
    names.map((file, index) => ({ file, content: texts[index]! })),
  );
}

async function git(folder: string, ref: string, args: string[]): Promise<string> {
  try {
    return (await run('git', args, { cwd: folder, maxBuffer: 1e8 })).stdout;
  } catch (error) {
    throw new GitRefError(folder, ref, error);
  }
}
