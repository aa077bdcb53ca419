import path from 'node:path';
import {
  keyColumns,
  type PhysicalType,
  type StreamColumn,
  type StreamContract,
} from '../../../core/contract/contract';
import { ContractInvalidError } from '../../../core/contract/errors';
import { repositoryRoot } from '../../../settings/repositoryRoot';
import { contractsIn } from '../../contractFiles';

/** Types by the operator's texts: times are its stamps on the market's clock. */
const SOURCE_TYPES = {
  timestamp_ntz: 'nem_timestamp',
  double: 'double',
  int: 'int',
  string: 'varchar',
} as const satisfies Partial<Record<PhysicalType, string>>;

/** A column of the operator's tables, as the parser sees it. */
export interface ContractColumn {
  /** As the I row names it. */
  name: string;
  type: (typeof SOURCE_TYPES)[keyof typeof SOURCE_TYPES];
  /** Its column in the lake. */
  lake_column: string;
  physical_type: PhysicalType;
  unit: string | null;
  /** Every file must have it; its absence is drift that a gate stops. */
  required: boolean;
  /** Whether a row may leave it empty. */
  nullable: boolean;
  /** The only values that a row may have in it, empty aside; null: any. */
  allowed_values: readonly string[] | null;
  comment: string;
}

export interface Contract {
  topic: string;
  version: number;
  /** Table keys `<report>.<subtype>` whose rows go to this topic, whatever their version. */
  tables: readonly string[];
  interval_column: string;
  /** Column that keys the messages, and the name its emptiness is reported under (`empty_<id_name>`). */
  id_column: string | null;
  id_name: string | null;
  key_columns: readonly string[];
  columns: readonly ContractColumn[];
  /** Known columns that are carried as text without a type of their own. */
  carried_columns: readonly string[];
  /** How far a row's interval may end after its file was made; null for forecasts. */
  futureTolerance_ms: number | null;
}

export interface Drift {
  /** Required columns missing in the I row. */
  missing: string[];
  /** Columns no file had before. */
  added: string[];
}

/**
 * The columns of each topic, from `contracts/*.yaml` beside this module. Columns, keys and meanings: AEMO,
 * MMS Data Model v5.7; columns missing in older files: monthly archive files of 2018 to 2026.
 */
export const CONTRACTS: readonly Contract[] = contractsIn(
  path.join(repositoryRoot(), 'pipelines', 'nem'),
).map(contractOf);

function contractOf(stream: StreamContract): Contract {
  return {
    topic: stream.topic,
    version: stream.majorVersion,
    tables: stream.sourceTables,
    interval_column: stream.timeColumn.sourceColumn,
    id_column: stream.messageKey?.sourceColumn ?? null,
    id_name: stream.messageKey?.name ?? null,
    key_columns: keyColumns(stream).map(({ sourceColumn }) => sourceColumn),
    columns: stream.columns.map(columnOf),
    carried_columns: stream.carriedColumns,
    futureTolerance_ms: stream.futureTolerance_ms,
  };
}

function columnOf(column: StreamColumn): ContractColumn {
  const { name, sourceColumn, physicalType, unit, required, mayBeAbsent, allowed, description } = column;
  return {
    name: sourceColumn,
    type: sourceType(column),
    lake_column: name,
    physical_type: physicalType,
    unit,
    required: !mayBeAbsent,
    nullable: !required,
    allowed_values: allowed?.severity === 'error' ? allowed.values : null,
    comment: description,
  };
}

function sourceType({ name, physicalType }: StreamColumn): ContractColumn['type'] {
  const type = (SOURCE_TYPES as Partial<Record<PhysicalType, ContractColumn['type']>>)[physicalType];
  if (type) return type;
  const known = Object.keys(SOURCE_TYPES).join(', ');
  throw new ContractInvalidError('pipelines/nem/contracts', [
    `${name}: expected a physicalType that the operator's texts have (${known}), found ${physicalType}`,
  ]);
}

const BY_TABLE = new Map(
  CONTRACTS.flatMap((contract) => contract.tables.map((table) => [table, contract] as const)),
);

/**
 * The contract for rows of a table such as `DISPATCH.PRICE`, or undefined for a table the pipeline does not
 * use.
 */
export function contractOfTable(table: string): Contract | undefined {
  return BY_TABLE.get(table);
}

/** How the columns of one I row differ from the contract. */
export function drift(contract: Contract, columns: readonly string[]): Drift {
  const known = new Set([...contract.columns.map(({ name }) => name), ...contract.carried_columns]);
  return {
    missing: contract.columns
      .filter(({ name, required }) => required && !columns.includes(name))
      .map(({ name }) => name),
    added: columns.filter((name) => !known.has(name)),
  };
}
