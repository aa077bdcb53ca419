import type { ContractDocument } from './document';

/** Columns that every bronze table has beside those of its contract. */
const OF_EVERY_TABLE = ['extra', 'topic', 'partition', 'offset', 'ingested_at', 'run_id'];
/** Columns of origin of rows that come from files, in staged objects and in bronze. */
const OF_FILES = [
  'report',
  'table',
  'table_version',
  'source_file',
  'source_sha256',
  'source_line',
  'header_at',
  'file_id',
  'missing_columns',
];
/** `header_at_nem`: with the name of the pipeline's clock. */
const HEADER_TIME = /^header_at(_[a-z0-9]+)?$/;

type SchemaObject = ContractDocument['schema'][number];

/** Names in one contract that bronze already has, and names that it does not have. */
export function bronzeNameProblems({ properties, customProperties: stream }: SchemaObject): string[] {
  const names = properties.map(({ name }) => name);
  const keys = properties.filter(({ primaryKey }) => primaryKey).map(({ name }) => name);
  return [
    ...names
      .filter((name) => takenNames(stream).includes(name))
      .map((name) => `${name}: expected a name that the bronze table does not have by itself, found ${name}`),
    ...unknown('identity', 'a key', typeof stream.identity === 'string' ? [] : stream.identity, keys),
    ...unknown(
      'versionOrder',
      "a column of the contract or of a record's origin",
      stream.versionOrder.filter((name) => !HEADER_TIME.test(name)),
      [...names, ...OF_EVERY_TABLE, ...OF_FILES],
    ),
  ];
}

function takenNames({ identity, partitionColumn }: SchemaObject['customProperties']): string[] {
  return [partitionColumn, ...OF_EVERY_TABLE, ...(identity === 'fileLine' ? OF_FILES : [])];
}

function unknown(property: string, expected: string, named: readonly string[], known: string[]): string[] {
  return named
    .filter((name) => !known.includes(name))
    .map((name) => `${property}: expected ${expected}, found ${name}`);
}
