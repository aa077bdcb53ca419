import type { LakeTable, PlannedRow } from './plannedFile';

/** Tables whose silver has the whole regions alone: areas inside a region are part of its row. */
const OF_WHOLE_REGIONS: readonly LakeTable[] = ['rooftop', 'rooftop_forecast'];

/** The row each key of a table ends with in silver. */
export function latestRows(table: LakeTable, rows: readonly PlannedRow[]): PlannedRow[] {
  const latest = new Map<string, PlannedRow>();
  for (const row of rows.filter((each) => each.table === table && isShown(each))) {
    const held = latest.get(keyOf(row));
    if (!held || isPreferred(row, held)) latest.set(keyOf(row), row);
  }
  return [...latest.values()];
}

export function keyOf(row: PlannedRow): string {
  return `${row.interval_end_nem_ms}|${row.id.trim()}`;
}

function isShown({ table, id, rejection }: PlannedRow): boolean {
  return rejection === undefined && (!OF_WHOLE_REGIONS.includes(table) || /\d$/.test(id));
}

function isPreferred(row: PlannedRow, held: PlannedRow): boolean {
  const [is, was] = [rankOf(row), rankOf(held)];
  return is !== was ? is > was : row.version_nem_ms > held.version_nem_ms;
}

/**
 * Prices come from the pricing run, quantities from the highest intervention, rooftop from the satellite, a
 * forecast from its newest run; then the latest version.
 */
function rankOf(row: PlannedRow): number {
  if (row.forecast_nem_ms !== undefined) return row.forecast_nem_ms;
  if (row.table === 'rooftop') return Number(row.measures.startsWith('SATELLITE'));
  return row.intervention * (row.table === 'price' ? -1 : 1);
}
