import fs from 'node:fs';
import path from 'node:path';
import type { StreamContract } from '../core/contract/contract';
import type { ContractFile } from '../core/contract/contractFile';
import { readContracts } from '../core/contract/readContracts';
import { readSilverContracts } from '../core/contract/readSilverContracts';
import type { SilverContract } from '../core/contract/silverContract';

/** In the folder of a pipeline's plain files. */
export const CONTRACTS_FOLDER = 'contracts';

export function isContractFile(name: string): boolean {
  return /\.ya?ml$/.test(name);
}

/** Read once per process: every command looks at them, and code of a pipeline does so again. */
const known = new Map<string, StreamContract[]>();

/**
 * The contracts of the pipeline whose plain files are in this folder: `contracts/*.yaml` or `.yml`, by file
 * name; none for a pipeline without that folder.
 *
 * @throws ContractInvalidError with every problem of every file
 */
export function contractsIn(filesFolder: string): readonly StreamContract[] {
  const folder = path.join(filesFolder, CONTRACTS_FOLDER);
  let contracts = known.get(folder);
  if (!contracts) known.set(folder, (contracts = newestContractsIn(filesFolder)));
  return contracts;
}

/** The same as the files are now, for what must see a change while the process runs. */
export function newestContractsIn(filesFolder: string): StreamContract[] {
  const folder = path.join(filesFolder, CONTRACTS_FOLDER);
  return readContracts(folder, filesIn(folder));
}

/**
 * The contracts of its silver tables: `contracts/silver/*.yaml`, by file name; none for a pipeline that
 * declares silver in code.
 *
 * @throws ContractInvalidError with every problem of every file
 */
export function silverContractsIn(filesFolder: string): readonly SilverContract[] {
  const folder = path.join(filesFolder, CONTRACTS_FOLDER, 'silver');
  return readSilverContracts(folder, filesIn(folder), contractsIn(filesFolder));
}

function filesIn(folder: string): ContractFile[] {
  if (!fs.existsSync(folder)) return [];
  const names = fs.readdirSync(folder).filter(isContractFile);
  return names.sort().map((file) => ({ file, content: fs.readFileSync(path.join(folder, file)) }));
}
