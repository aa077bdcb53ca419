import fs from 'node:fs';
import path from 'node:path';
import type { DemoRow } from '../../../core/demo';
import { demoDifferences } from '../../../pipelines/nem/demo/demoDifferences';
import { expectedTotals } from '../../../pipelines/nem/demo/expectedTotals';
import { FURTHER_REPORTS } from '../../../pipelines/nem/demo/furtherReports';
import { publishPlan } from '../../../pipelines/nem/demo/plan';
import { repositoryRoot } from '../../../settings/repositoryRoot';

const expected = expectedTotals(
  publishPlan({ fromNem: '2026-11-20 11:00', intervals: 24, furtherReports: FURTHER_REPORTS }),
);
const layers: DemoRow[] = [
  ...Object.entries(expected.tables).map(([table, { bronze_rows }]) => ({
    table: `nem.bronze_${table}`,
    rows: bronze_rows,
  })),
  ...Object.entries(expected.silver).map(([table, rows]) => ({ table: `nem.${table}`, rows })),
];
const deadLetters: DemoRow[] = Object.entries(expected.deadLetters).map(([reason, rows]) => ({
  reason,
  rows,
}));

describe('the counts of the demo', () => {
  it('are right where the lake has what the plan published', () => {
    expect(demoDifferences(expected, layers, deadLetters)).toEqual([]);
  });

  it.each([
    'nem.bronze_dispatch',
    'nem.bronze_trading_price',
    'nem.bronze_unit_solution',
    'nem.bronze_price_forecast',
    'nem.bronze_rooftop_forecast',
    'nem.silver_dispatch_clean',
    'nem.silver_rooftop_forecast',
    'nem.silver_unit_solution_clean',
  ])('name %s where it has a row less', (name) => {
    const less = layers.map((row) => (row.table === name ? { ...row, rows: Number(row.rows) - 1 } : row));
    const { rows } = layers.find((row) => row.table === name)!;
    expect(demoDifferences(expected, less, deadLetters)).toEqual([
      `${name}: expected ${rows}, found ${Number(rows) - 1}`,
    ]);
  });

  it('name a reason that has too few dead letters, and one that is not expected', () => {
    const wrong = [
      ...deadLetters.filter(({ reason }) => reason !== 'file_truncated'),
      { reason: 'other', rows: 1 },
    ];
    expect(demoDifferences(expected, layers, wrong)).toEqual([
      'dead letters other: expected 0, found 1',
      'dead letters file_truncated: expected 2, found 0',
    ]);
  });

  it('are those that README.md shows', () => {
    const page = fs.readFileSync(path.join(repositoryRoot(), 'README.md'), 'utf8');
    const shown = [...page.matchAll(/^(nem\.\w+) +(\d+)$/gm)].map(([, table, rows]) => ({
      table: table!,
      rows: Number(rows),
    }));
    expect(shown).toHaveLength(5 + 8);
    expect(layers).toEqual(expect.arrayContaining(shown));
  });
});
