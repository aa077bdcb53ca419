import type { LakeColumn, LakeType } from '../../../core/columns/lakeColumn';
import type { Contract, ContractColumn } from './contracts';

const LAKE_TYPES: Record<ContractColumn['type'], LakeType> = {
  nem_timestamp: 'timestamp_ntz',
  double: 'double',
  int: 'int',
  varchar: 'string',
};

/** The typed columns of a contract, in its order, as messages and staged objects name and type them. */
export function lakeColumns({ columns }: Contract): LakeColumn[] {
  return columns.map(({ lake_column: name, type }) => ({ name, type: LAKE_TYPES[type] }));
}
