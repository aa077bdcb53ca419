import { keyOf, latestRows } from './latestRows';
import { INTERVAL_MS, reportStamp } from './nemStamp';
import { UNKNOWN_UNIT_ID } from './oddities';
import type { Plan } from './plan';
import { fileNameOf } from './siteFile';
import {
  LAKE_TABLES,
  type LakeTable,
  type PlannedFile,
  type PlannedRow,
  type QuarantineReason,
  type Rejection,
} from './plannedFile';

/**
 * Counts of one table's rows: `rows_in` = `bronze_rows` + `dead_letters`, `bronze_rows` = `silver_rows` +
 * `duplicates` + `superseded`.
 */
export interface TableTotals {
  rows_in: number;
  dead_letters: number;
  bronze_rows: number;
  duplicates: number;
  superseded: number;
  /** Keys left after the latest version, the intervention and the rooftop type are chosen. */
  silver_rows: number;
}

/** Silver tables, each with the rows that make it. */
const MADE_FROM = {
  silver_dispatch_clean: ['dispatch'],
  // A region's row exists when either its price or its demand does.
  silver_region_clean: ['price', 'region'],
  silver_interconnector_clean: ['interconnector'],
  silver_rooftop_clean: ['rooftop'],
  silver_trading_price_clean: ['trading_price'],
  silver_unit_solution_clean: ['unit_solution'],
  silver_price_forecast: ['price_forecast'],
  silver_rooftop_forecast: ['rooftop_forecast'],
} as const satisfies Record<string, readonly LakeTable[]>;
export type SilverTable = keyof typeof MADE_FROM;

export interface ExpectedTotals {
  files: {
    published: number;
    taken: number;
    seen_before: number;
    quarantined: { name: string; reason: QuarantineReason }[];
  };
  /** All zero for a table whose report the plan leaves out. */
  tables: Record<LakeTable, TableTotals>;
  silver: Record<SilverTable, number>;
  /** Dead letters by reason: one per rejected row, one per quarantined file. */
  deadLetters: Partial<Record<Rejection | QuarantineReason, number>>;
  /** Interval ends (NEM time, `YYYY/MM/DD HH:MM:SS`) of the plan that have no telemetry, or no prices. */
  gaps: { dispatch: string[]; region: string[] };
  unknown_unit_ids: string[];
  added_columns: string[];
  /** Sum over silver telemetry of all units and intervals. */
  power_mw_sum: number;
}

/**
 * The lake's expected content once every file of the plan is taken, counted from the plan itself and never
 * through the project's parser. The order in which files arrive makes no difference.
 */
export function expectedTotals(plan: Plan): ExpectedTotals {
  const taken = plan.files.filter((file) => file.outcome.kind === 'taken');
  const rows = taken.flatMap((file) => file.rows);
  const totals = LAKE_TABLES.map((table) => [table, totalsOf(table, rows)] as const);
  return {
    files: filesOf(plan.files),
    tables: Object.fromEntries(totals) as Record<LakeTable, TableTotals>,
    silver: silverOf(rows),
    deadLetters: deadLettersOf(plan.files, rows),
    gaps: { dispatch: gapsOf(plan, rows, ['dispatch']), region: gapsOf(plan, rows, ['price', 'region']) },
    unknown_unit_ids: rows.some((row) => row.id === UNKNOWN_UNIT_ID) ? [UNKNOWN_UNIT_ID] : [],
    added_columns: [...new Set(taken.flatMap((file) => file.addedColumns))],
    power_mw_sum: latestRows('dispatch', rows).reduce((total, row) => total + Number(row.measures), 0),
  };
}

function totalsOf(table: LakeTable, rows: readonly PlannedRow[]): TableTotals {
  const own = rows.filter((row) => row.table === table);
  const good = own.filter((row) => row.rejection === undefined);
  const versions = new Set(
    good.map((row) => `${keyOf(row)}|${row.intervention}|${row.version_nem_ms}|${row.measures}`),
  );
  const silver_rows = latestRows(table, rows).length;
  const duplicates = good.length - versions.size;
  return {
    rows_in: own.length,
    dead_letters: own.length - good.length,
    bronze_rows: good.length,
    duplicates,
    superseded: good.length - duplicates - silver_rows,
    silver_rows,
  };
}

function silverOf(rows: readonly PlannedRow[]): ExpectedTotals['silver'] {
  const counts = Object.entries<readonly LakeTable[]>(MADE_FROM).map(([name, tables]) => {
    const keys = tables.flatMap((table) => latestRows(table, rows)).map(keyOf);
    return [name, new Set(keys).size] as const;
  });
  return Object.fromEntries(counts) as ExpectedTotals['silver'];
}

function filesOf(files: readonly PlannedFile[]): ExpectedTotals['files'] {
  const count = (kind: string) => files.filter((file) => file.outcome.kind === kind).length;
  const quarantined = files.flatMap((file) =>
    file.outcome.kind === 'quarantined' ? [{ name: fileNameOf(file), reason: file.outcome.reason }] : [],
  );
  return { published: files.length, taken: count('taken'), seen_before: count('seen_before'), quarantined };
}

function deadLettersOf(
  files: readonly PlannedFile[],
  rows: readonly PlannedRow[],
): ExpectedTotals['deadLetters'] {
  const counts: ExpectedTotals['deadLetters'] = {};
  const rejected = rows.flatMap((row) => (row.rejection ? [row.rejection] : []));
  const quarantined = files.flatMap((file) =>
    file.outcome.kind === 'quarantined' ? [file.outcome.reason] : [],
  );
  for (const reason of [...rejected, ...quarantined]) counts[reason] = (counts[reason] ?? 0) + 1;
  return counts;
}

function gapsOf(plan: Plan, rows: readonly PlannedRow[], tables: readonly LakeTable[]): string[] {
  const there = new Set(
    rows.filter((row) => tables.includes(row.table) && !row.rejection).map((row) => row.interval_end_nem_ms),
  );
  const ends = Array.from(
    { length: plan.intervals },
    (_, index) => plan.from_nem_ms + (index + 1) * INTERVAL_MS,
  );
  return ends.filter((end) => !there.has(end)).map(reportStamp);
}
