import fs from 'node:fs';
import path from 'node:path';
import type { StreamContract } from '../core/contract/contract';
import { readContracts } from '../core/contract/readContracts';

/** Read once per process: every command looks at them, and code of a pipeline does so again. */
const known = new Map<string, StreamContract[]>();

/**
 * The contracts of the pipeline whose plain files are in this folder: `contracts/*.yaml` or `.yml`, by file
 * name; none for a pipeline without that folder.
 *
 * @throws ContractInvalidError with every problem of every file
 */
export function contractsIn(filesFolder: string): readonly StreamContract[] {
  const folder = path.join(filesFolder, 'contracts');
  let contracts = known.get(folder);
  if (!contracts) known.set(folder, (contracts = readFolder(folder)));
  return contracts;
}

function readFolder(folder: string): StreamContract[] {
  if (!fs.existsSync(folder)) return [];
  const names = fs.readdirSync(folder).filter((name) => /\.ya?ml$/.test(name));
  return readContracts(
    folder,
    names.sort().map((file) => ({ file, content: fs.readFileSync(path.join(folder, file)) })),
  );
}
