import type { DemoRow } from '../../../core/demo';
import type { ExpectedTotals } from './expectedTotals';
import type { LakeTable } from './plannedFile';

/** Bronze tables that the demo shows, by their records. */
const BRONZE_SHOWN: readonly LakeTable[] = [
  'dispatch',
  'trading_price',
  'unit_solution',
  'price_forecast',
  'rooftop_forecast',
];

/** What the lake has otherwise than the plan says, one line each. */
export function demoDifferences(
  expected: ExpectedTotals,
  layers: DemoRow[],
  deadLetters: DemoRow[],
): string[] {
  const found = Object.fromEntries(layers.map((row) => [String(row.table), Number(row.rows)]));
  const wanted = Object.fromEntries([
    ...BRONZE_SHOWN.map((table) => [`nem.bronze_${table}`, expected.tables[table].bronze_rows] as const),
    ...Object.entries(expected.silver).map(([table, count]) => [`nem.${table}`, count] as const),
  ]);
  const rows = Object.entries(wanted)
    .filter(([name, count]) => found[name] !== count)
    .map(([name, count]) => `${name}: expected ${count}, found ${found[name]}`);
  const reasons = Object.fromEntries(deadLetters.map((row) => [String(row.reason), Number(row.rows)]));
  const both = new Set([...Object.keys(reasons), ...Object.keys(expected.deadLetters)]);
  const wrong = [...both].filter(
    (reason) => reasons[reason] !== (expected.deadLetters as Record<string, number>)[reason],
  );
  return [
    ...rows,
    ...wrong.map(
      (reason) =>
        `dead letters ${reason}: expected ` +
        `${(expected.deadLetters as Record<string, number>)[reason] ?? 0}, found ` +
        `${reasons[reason] ?? 0}`,
    ),
  ];
}
