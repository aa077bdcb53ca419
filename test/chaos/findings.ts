const TABLES = ['silver', 'gold'] as const;
type Table = (typeof TABLES)[number];

/** One interval in one look; a table without it has 0 rows. */
export type Row = { interval: string } & Record<Table, { rows: number; units: number }>;

/** Most rows of an interval that a reader saw so far, by `<table> <interval>`. */
export type Seen = Map<string, number>;

export interface Findings {
  /** What no commit of main may hold, so that it is wrong whenever it is seen. */
  inOneTable: string[];
  /**
   * What one commit may not hold, and a look that fell between two may show: Trino resolves the branch for
   * each table.
   */
  betweenTables: string[];
}

/**
 * Holds a look's rows against the rows a whole interval has, by interval, and against what was seen before.
 */
export function findingsIn(
  rows: readonly Row[],
  whole: Readonly<Record<string, number>>,
  seen: Seen,
): Findings {
  return {
    inOneTable: [
      ...rows.flatMap((row) => TABLES.flatMap((table) => wrongIn(row, table, whole[row.interval], seen))),
      ...gone(rows, seen),
    ],
    betweenTables: rows
      .filter(({ silver, gold }) => silver.rows !== gold.rows)
      .map((row) => line(row, 'silver and gold differ')),
  };
}

/** Later looks read the same or a later commit, so nothing that was there may be less. */
export function remember(rows: readonly Row[], seen: Seen): void {
  for (const row of rows)
    for (const table of TABLES)
      seen.set(key(row, table), Math.max(row[table].rows, seenOf(row, table, seen)));
}

function wrongIn(row: Row, table: Table, whole: number | undefined, seen: Seen): string[] {
  const { rows, units } = row[table];
  const problems = [
    rows !== units ? 'a key twice' : '',
    whole !== undefined && rows > 0 && rows !== whole ? `${whole} units expected` : '',
    rows < seenOf(row, table, seen) ? 'a count went down' : '',
  ];
  return problems.filter((problem) => problem !== '').map((problem) => line(row, `${problem} in ${table}`));
}

function gone(rows: readonly Row[], seen: Seen): string[] {
  const there = new Set(rows.flatMap((row) => TABLES.map((table) => key(row, table))));
  return [...seen]
    .filter(([name, count]) => count > 0 && !there.has(name))
    .map(([name, count]) => `${name}: was there with ${count} rows and is gone`);
}

function key({ interval }: Row, table: Table): string {
  return `${table} ${interval}`;
}

function seenOf(row: Row, table: Table, seen: Seen): number {
  return seen.get(key(row, table)) ?? 0;
}

function line({ interval, silver, gold }: Row, problem: string): string {
  return (
    `${interval}: ${problem} (silver ${silver.rows} rows ${silver.units} units, ` +
    `gold ${gold.rows} rows ${gold.units} units)`
  );
}
