import { INTERVAL_MS, reportStamp } from './nemStamp';
import { UNKNOWN_UNIT_ID } from './oddities';
import type { Plan } from './plan';
import { fileNameOf } from './siteFile';
import type { LakeTable, PlannedFile, PlannedRow, QuarantineReason, Refusal } from './plannedFile';

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

export interface ExpectedTotals {
  files: {
    published: number;
    taken: number;
    seen_before: number;
    quarantined: { name: string; reason: QuarantineReason }[];
  };
  tables: Record<LakeTable, TableTotals>;
  /** Rows of the silver tables; a region's row exists when either its price or its demand does. */
  silver: {
    silver_dispatch_clean: number;
    silver_region_clean: number;
    silver_interconnector_clean: number;
    silver_rooftop_clean: number;
  };
  /** Dead letters by reason: one per rejected row, one per quarantined file. */
  deadLetters: Partial<Record<Refusal | QuarantineReason, number>>;
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
  const tables = Object.fromEntries(TABLES.map((table) => [table, totalsOf(table, rows)])) as Record<
    LakeTable,
    TableTotals
  >;
  return {
    files: filesOf(plan.files),
    tables,
    silver: silverOf(rows, tables),
    deadLetters: deadLettersOf(plan.files, rows),
    gaps: { dispatch: gapsOf(plan, rows, ['dispatch']), region: gapsOf(plan, rows, ['price', 'region']) },
    unknown_unit_ids: rows.some((row) => row.id === UNKNOWN_UNIT_ID) ? [UNKNOWN_UNIT_ID] : [],
    added_columns: [...new Set(taken.flatMap((file) => file.addedColumns))],
    power_mw_sum: latestRows('dispatch', rows).reduce((total, row) => total + Number(row.measures), 0),
  };
}

const TABLES: readonly LakeTable[] = ['dispatch', 'price', 'region', 'interconnector', 'case', 'rooftop'];

function totalsOf(table: LakeTable, rows: readonly PlannedRow[]): TableTotals {
  const own = rows.filter((row) => row.table === table);
  const good = own.filter((row) => row.refusal === undefined);
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

/** The row each key ends with. Areas inside a region have no rooftop row of their own in silver. */
function latestRows(table: LakeTable, rows: readonly PlannedRow[]): PlannedRow[] {
  const latest = new Map<string, PlannedRow>();
  for (const row of rows) {
    if (row.table !== table || row.refusal !== undefined || (table === 'rooftop' && !row.id.endsWith('1')))
      continue;
    const held = latest.get(keyOf(row));
    if (!held || isPreferred(row, held)) latest.set(keyOf(row), row);
  }
  return [...latest.values()];
}

/**
 * Prices come from the pricing run, quantities from the highest intervention, rooftop from the satellite;
 * then the latest version.
 */
function isPreferred(row: PlannedRow, held: PlannedRow): boolean {
  const rank = (each: PlannedRow) =>
    each.table === 'rooftop'
      ? Number(each.measures.startsWith('SATELLITE'))
      : each.intervention * (each.table === 'price' ? -1 : 1);
  return rank(row) !== rank(held) ? rank(row) > rank(held) : row.version_nem_ms > held.version_nem_ms;
}

function keyOf(row: PlannedRow): string {
  return `${row.interval_end_nem_ms}|${row.id.trim()}`;
}

function silverOf(
  rows: readonly PlannedRow[],
  tables: Record<LakeTable, TableTotals>,
): ExpectedTotals['silver'] {
  const regionKeys = new Set([...latestRows('price', rows), ...latestRows('region', rows)].map(keyOf));
  return {
    silver_dispatch_clean: tables.dispatch.silver_rows,
    silver_region_clean: regionKeys.size,
    silver_interconnector_clean: tables.interconnector.silver_rows,
    silver_rooftop_clean: tables.rooftop.silver_rows,
  };
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
  const refused = rows.flatMap((row) => (row.refusal ? [row.refusal] : []));
  const quarantined = files.flatMap((file) =>
    file.outcome.kind === 'quarantined' ? [file.outcome.reason] : [],
  );
  for (const reason of [...refused, ...quarantined]) counts[reason] = (counts[reason] ?? 0) + 1;
  return counts;
}

function gapsOf(plan: Plan, rows: readonly PlannedRow[], tables: readonly LakeTable[]): string[] {
  const there = new Set(
    rows.filter((row) => tables.includes(row.table) && !row.refusal).map((row) => row.interval_end_nem_ms),
  );
  const ends = Array.from(
    { length: plan.intervals },
    (_, index) => plan.from_nem_ms + (index + 1) * INTERVAL_MS,
  );
  return ends.filter((end) => !there.has(end)).map(reportStamp);
}
