import { scopePredicate } from '../../../core/gates/scope';
import { timeOfTable } from '../../../core/pipeline';
import { pipelineNamed } from '../../../pipelines/registry';

const nem = pipelineNamed('nem');
const run = { runId: 'r1', touched: [{ from: '2026-11-20T01:00:00.000Z', to: '2026-11-20T03:00:00.000Z' }] };

function rowsOfRun(table: string): string {
  const binding = { pipeline: 'nem', stage: 'bronze', table, scope: 'run', key_columns: [] } as const;
  const columns = new Map([['trading_date', 'date']]);
  return scopePredicate('s', { ...binding, key_columns: [] }, columns, run, timeOfTable(nem, table));
}

describe('the rows that a run wrote', () => {
  it('are looked for on the days that it touched', () => {
    for (const table of ['nem.bronze_dispatch', 'nem.silver_region_clean', 'nem.bronze_trading_price'])
      expect(rowsOfRun(table)).toBe(
        `run_id = 'r1' AND "trading_date" BETWEEN DATE '2026-11-20' AND DATE '2026-11-20'`,
      );
  });

  it.each([
    'nem.bronze_rooftop_forecast',
    'nem.silver_rooftop_forecast',
    'nem.bronze_price_forecast',
    'nem.silver_price_forecast',
    'nem.bronze_unit_solution',
    'nem.silver_unit_solution_clean',
  ])('are looked for on every day in %s, whose rows are of other days', (table) => {
    expect(rowsOfRun(table)).toBe(`run_id = 'r1' AND true`);
  });
});
