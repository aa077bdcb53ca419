import nemCase from './nem_case.json';
import nemDispatch from './nem_dispatch.json';
import nemInterconnector from './nem_interconnector.json';
import nemPrice from './nem_price.json';
import nemRegion from './nem_region.json';
import nemRooftop from './nem_rooftop.json';

/**
 * The columns of each topic from the operator's tables, as data in `contracts/*.json`. Columns, keys and
 * meanings: AEMO, MMS Data Model v5.7; columns missing in older files: monthly archive files of 2018 to 2026.
 */
export interface ContractColumn {
  /** As the I row names it. */
  name: string;
  type: 'nem_timestamp' | 'double' | 'int' | 'varchar';
  /** Its column in the lake. */
  lake_column: string;
  /** Every file must have it; its absence is drift that a gate stops. */
  required: boolean;
  /** Whether a row may leave it empty. */
  nullable: boolean;
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
}

export interface Drift {
  /** Required columns missing in the I row. */
  missing: string[];
  /** Columns no file had before. */
  added: string[];
}

export const CONTRACTS = [
  nemDispatch,
  nemPrice,
  nemRegion,
  nemInterconnector,
  nemCase,
  nemRooftop,
] as readonly Contract[];

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
