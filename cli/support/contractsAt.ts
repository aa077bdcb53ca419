import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import path from 'node:path';
import type { StreamContract } from '../../core/contract/contract';
import { readContracts } from '../../core/contract/readContracts';
import { CONTRACTS_FOLDER, isContractFile } from '../../pipelines/contractFiles';
import { GitRefError } from './errors';

const run = promisify(execFile);

/**
 * The contracts of a pipeline as a commit of its repository has them; none where the commit has no such
 * folder.
 *
 * @throws GitRefError, ContractInvalidError
 */
export async function contractsAt(filesFolder: string, ref: string): Promise<StreamContract[]> {
  const inFolder = ['--end-of-options', ref, `./${CONTRACTS_FOLDER}/`];
  const listed = await git(filesFolder, ref, ['ls-tree', '-z', '--name-only', ...inFolder]);
  const files = listed.split('\0').filter(isContractFile);
  const texts = await Promise.all(
    files.map((file) => git(filesFolder, ref, ['show', '--end-of-options', `${ref}:./${file}`])),
  );
  return readContracts(
    `${path.join(filesFolder, CONTRACTS_FOLDER)} at ${ref}`,
    files.map((file, index) => ({ file: path.posix.basename(file), content: texts[index]! })),
  );
}

/** Called in the pipeline's folder: that of its contracts may be in only one of the states compared. */
async function git(folder: string, ref: string, args: string[]): Promise<string> {
  try {
    return (await run('git', args, { cwd: folder, maxBuffer: 1e8 })).stdout;
  } catch (error) {
    throw new GitRefError(folder, ref, error);
  }
}
