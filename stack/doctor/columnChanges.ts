import { bad, info, ok, skipped, type Finding } from './check';

/** Columns of each table by name, in Trino's types; both sides of the comparison are that. */
export type TableColumns = ReadonlyMap<string, ReadonlyMap<string, string>>;

/** `found` undefined: the lake is missing the column. `expected` undefined: no declaration has it. */
export interface ColumnChange {
  table: string;
  column: string;
  found?: string;
  expected?: string;
}

const WAY_OUT =
  'declare the column as it was and a new one beside it, or recreate the table by a rebuild on a branch';
const TYPES: Readonly<Record<string, string>> = {
  string: 'varchar',
  int: 'integer',
  float: 'real',
  binary: 'varbinary',
  timestamp: 'timestamp(6) with time zone',
  timestamp_ntz: 'timestamp(6)',
};
/** Iceberg's own rules of type promotion: the next run widens these. */
const WIDENINGS: readonly string[] = ['integer to bigint', 'real to double'];

/** What Trino calls a type that a declaration of Spark names. */
export function trinoType(sparkType: string): string {
  const type = sparkType.toLowerCase().replace(/\s+/g, '');
  // A struct's fields are `name:type`; names are kept, types are replaced as anywhere.
  return type
    .replace(/[a-z_]+(?=[<>,)]|$)/g, (word) => TYPES[word] ?? word)
    .replace(/struct</g, 'row<')
    .replaceAll('<', '(')
    .replaceAll('>', ')')
    .replaceAll(':', ' ');
}

/** Every column that differs, table by table. A table that the lake does not have yet is no difference. */
export function changesBetween(declared: TableColumns, found: TableColumns): ColumnChange[] {
  return [...declared].flatMap(([table, expected]) => {
    const present = found.get(table);
    if (present === undefined) return [];
    return [...new Set([...expected.keys(), ...present.keys()])]
      .map((column) => ({ table, column, found: present.get(column), expected: expected.get(column) }))
      .filter((change) => !isSame(change));
  });
}

/** Trino quotes names of fields, and writes a blank after a comma. */
function isSame({ found, expected }: ColumnChange): boolean {
  const plain = (type?: string): string | undefined => type?.toLowerCase().replace(/["\s]/g, '');
  return plain(found) === plain(expected);
}

function isAdditive({ found, expected }: ColumnChange): boolean {
  return found === undefined || WIDENINGS.includes(`${found} to ${expected}`);
}

/** One finding for all enabled pipelines, each of which is named with what is pending. */
export function findingOf(changes: ReadonlyMap<string, readonly ColumnChange[]>): Finding {
  if (changes.size === 0) return skipped('no pipeline is enabled');
  const text = [...changes].map(([name, pending]) => `${name}: ${sentences(pending)}`).join('; ');
  const all = [...changes.values()].flat();
  if (all.some((change) => !isAdditive(change))) return bad(text, WAY_OUT);
  return all.length > 0 ? info(text) : ok(text);
}

function sentences(changes: readonly ColumnChange[]): string {
  return changes.length === 0 ? 'as declared' : changes.map(sentence).join('; ');
}

function sentence(change: ColumnChange): string {
  const { table, column, found, expected } = change;
  const place = `${table} column ${column}`;
  if (found === undefined) return `${place} (${expected}) will be added by the next run`;
  if (isAdditive(change)) return `${place} (${found}) will be widened to ${expected} by the next run`;
  return `${place}: expected ${expected ?? 'no such column by the declaration'}, found ${found}`;
}
