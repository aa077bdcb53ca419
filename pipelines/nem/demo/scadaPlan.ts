import type { MarketInterval } from './market';
import { INTERVAL_MS } from './nemStamp';
import { UNKNOWN_UNIT_ID, type Oddity } from './oddities';
import { republished, type PlannedFile } from './plannedFile';
import { randomFor } from './random';
import {
  corrected,
  scadaFile,
  scadaHeader_nem_ms,
  scadaRows,
  spoiled,
  type ScadaFileOptions,
  type ScadaRow,
} from './scadaFile';

/** Every DISPATCHSCADA file of the markets given, with the oddities that hit them. */
export function scadaFilesOf(
  markets: readonly MarketInterval[],
  oddities: readonly Oddity[],
  seed: number,
): PlannedFile[] {
  const applicable = oddities.filter((oddity) => !('report' in oddity) || oddity.report === 'DISPATCHSCADA');
  const clean = markets.map((market) => scadaRows(market, seed));
  return markets.flatMap((market, index) => {
    const hits = applicable.filter((oddity) => oddity.interval === index);
    if (hits.some((oddity) => oddity.kind === 'missing')) return [];
    const rows = [...clean[index]!, ...unknownUnitRows(market, index, applicable)];
    return filesAt(
      market.interval_end_nem_ms,
      hits.reduce((changed, oddity) => changedRows(changed, oddity, clean, seed), rows),
      hits,
      seed,
    );
  });
}

function unknownUnitRows(market: MarketInterval, index: number, oddities: readonly Oddity[]): ScadaRow[] {
  const isThere = oddities.some(
    (oddity) =>
      oddity.kind === 'unknown_unit' && index >= oddity.interval && index < oddity.interval + oddity.count,
  );
  const last_changed_nem_ms = scadaHeader_nem_ms(market.interval_end_nem_ms) - 1000;
  return isThere
    ? [
        {
          interval_end_nem_ms: market.interval_end_nem_ms,
          unit_id: UNKNOWN_UNIT_ID,
          value: '7.25',
          last_changed_nem_ms,
        },
      ]
    : [];
}

function changedRows(
  rows: readonly ScadaRow[],
  oddity: Oddity,
  clean: readonly ScadaRow[][],
  seed: number,
): ScadaRow[] {
  if (oddity.kind === 'duplicate_rows') return [...rows, ...chosen(rows, oddity.count, oddity, seed)];
  if (oddity.kind === 'late_correction') return [...rows, ...lateRows(oddity, rows, clean, seed)];
  return oddity.kind === 'bad_row' ? withSpoiledRow(rows, oddity, seed) : [...rows];
}

function lateRows(
  oddity: Extract<Oddity, { kind: 'late_correction' }>,
  rows: readonly ScadaRow[],
  clean: readonly ScadaRow[][],
  seed: number,
): ScadaRow[] {
  const changed_nem_ms = rows[0]!.last_changed_nem_ms;
  return chosen(clean[oddity.interval - oddity.late_by]!, oddity.count, oddity, seed).map((row) =>
    corrected(row, changed_nem_ms),
  );
}

function withSpoiledRow(
  rows: readonly ScadaRow[],
  oddity: Extract<Oddity, { kind: 'bad_row' }>,
  seed: number,
): ScadaRow[] {
  const [victim] = chosen(
    rows.filter((row) => row.rejection === undefined),
    1,
    oddity,
    seed,
  );
  return rows.map((row) => (row === victim ? spoiled(row, oddity.bad) : row));
}

/** `count` different rows, always the same for the same oddity. */
function chosen(rows: readonly ScadaRow[], count: number, oddity: Oddity, seed: number): ScadaRow[] {
  const random = randomFor(seed, 'chosen', JSON.stringify(oddity));
  const left = [...rows];
  return Array.from(
    { length: Math.min(count, rows.length) },
    () => left.splice(Math.floor(random() * left.length), 1)[0]!,
  );
}

function filesAt(
  interval_end_nem_ms: number,
  rows: readonly ScadaRow[],
  hits: readonly Oddity[],
  seed: number,
): PlannedFile[] {
  const hasAddedColumn = hits.some((oddity) => oddity.kind === 'added_column');
  const cut = hits.find((oddity) => oddity.kind === 'truncated');
  const whole: ScadaFileOptions = {
    interval_end_nem_ms,
    header_nem_ms: scadaHeader_nem_ms(interval_end_nem_ms),
    rows,
    hasAddedColumn,
  };
  const first = scadaFile({ ...whole, damage: cut?.damage });
  return [first, ...hits.flatMap((oddity) => laterFiles(oddity, first, whole, seed))];
}

function laterFiles(
  oddity: Oddity,
  first: PlannedFile,
  whole: ScadaFileOptions,
  seed: number,
): PlannedFile[] {
  const at = (delay: number) => whole.header_nem_ms + delay * INTERVAL_MS + 17_000;
  if (oddity.kind === 'republished_same') return [republished(first, 'DISPATCHSCADA', INTERVAL_MS)];
  if (oddity.kind === 'truncated' && oddity.good_copy_delay_intervals !== undefined)
    return [scadaFile({ ...whole, header_nem_ms: at(oddity.good_copy_delay_intervals) })];
  if (oddity.kind !== 'republished_corrected') return [];
  const header_nem_ms = at(oddity.delay_intervals);
  const changed = new Set(
    chosen(
      whole.rows.filter((row) => row.rejection === undefined),
      oddity.count,
      oddity,
      seed,
    ),
  );
  const rows = whole.rows.map((row) => (changed.has(row) ? corrected(row, header_nem_ms - 1000) : row));
  return [scadaFile({ ...whole, header_nem_ms, rows, isDuplicate: true })];
}
