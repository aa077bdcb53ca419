import { expectedTotals } from '../../../pipelines/nem/demo/expectedTotals';
import { FURTHER_REPORTS } from '../../../pipelines/nem/demo/furtherReports';
import type { Oddity } from '../../../pipelines/nem/demo/oddities';
import { publishPlan } from '../../../pipelines/nem/demo/plan';

function totals(oddities?: readonly Oddity[], intervals = 24) {
  const plan = publishPlan({ fromNem: '2026-11-20 12:00', intervals, oddities });
  return { plan, units: plan.units.length, ...expectedTotals(plan) };
}

describe('what a plan must become in the lake', () => {
  it('is one row per unit and interval when nothing goes wrong', () => {
    const { tables, units, files, deadLetters, gaps } = totals([], 6);
    expect(tables.dispatch).toEqual({
      rows_in: 6 * units,
      dead_letters: 0,
      bronze_rows: 6 * units,
      duplicates: 0,
      superseded: 0,
      silver_rows: 6 * units,
    });
    expect(tables.price.silver_rows).toBe(30);
    expect(tables.interconnector.silver_rows).toBe(36);
    expect(tables.rooftop).toMatchObject({ bronze_rows: 20, silver_rows: 5 });
    expect({ files, deadLetters, gaps }).toEqual({
      files: { published: 14, taken: 14, seen_before: 0, quarantined: [] },
      deadLetters: {},
      gaps: { dispatch: [], region: [] },
    });
  });

  it('accounts for every row: in = silver + duplicates + superseded + dead letters', () => {
    for (const table of Object.values(totals().tables)) {
      expect(table.rows_in).toBe(
        table.silver_rows + table.duplicates + table.superseded + table.dead_letters,
      );
    }
  });

  it('counts equal rows of one file as duplicates', () => {
    expect(totals([{ kind: 'duplicate_rows', interval: 0, count: 4 }], 1).tables.dispatch).toMatchObject({
      duplicates: 4,
      superseded: 0,
    });
  });

  it('counts a republished file as duplicates but for its corrected rows', () => {
    const { tables, units } = totals(
      [{ kind: 'republished_corrected', interval: 0, count: 6, delay_intervals: 3 }],
      1,
    );
    expect(tables.dispatch).toMatchObject({
      rows_in: 2 * units,
      duplicates: units - 6,
      superseded: 6,
      silver_rows: units,
    });
  });

  it('lets a late correction win over the row of its own interval', () => {
    const { tables, units } = totals([{ kind: 'late_correction', interval: 3, late_by: 2, count: 3 }], 4);
    expect(tables.dispatch).toMatchObject({ rows_in: 4 * units + 3, superseded: 3, silver_rows: 4 * units });
  });

  it('takes nothing from the same bytes published again', () => {
    expect(totals([{ kind: 'republished_same', interval: 0, report: 'DISPATCHIS' }], 1).files).toMatchObject({
      published: 3,
      seen_before: 1,
    });
  });

  it('leaves a gap where the only copy is cut, and none where a good one follows', () => {
    const cut = { kind: 'truncated', interval: 1, report: 'DISPATCHSCADA', damage: 'cut_in_a_row' } as const;
    expect(totals([cut], 2)).toMatchObject({
      gaps: { dispatch: ['2026/11/20 12:10:00'], region: [] },
      deadLetters: { file_truncated: 1 },
    });
    expect(totals([{ ...cut, good_copy_delay_intervals: 1 }], 2)).toMatchObject({
      gaps: { dispatch: [] },
      deadLetters: { file_truncated: 1 },
    });
  });

  it('supersedes the runs that an intervention does not select', () => {
    const { tables } = totals([{ kind: 'intervention', interval: 0 }], 1);
    expect(tables).toMatchObject({
      price: { superseded: 5, silver_rows: 5 },
      region: { superseded: 5, silver_rows: 5 },
      interconnector: { superseded: 6 },
    });
  });

  it('leaves the counts of every other table as they are when further reports are published', () => {
    const options = { fromNem: '2026-11-20 12:00', intervals: 24 };
    const more = expectedTotals(publishPlan({ ...options, furtherReports: FURTHER_REPORTS }));
    const { tables, silver, deadLetters, power_mw_sum, plan, units } = totals();
    expect(more).toMatchObject({ deadLetters, power_mw_sum });
    const FURTHER = /trading_price|unit_solution|forecast/;
    const others = (counts: object) => Object.entries(counts).filter(([name]) => !FURTHER.test(name));
    expect([others(more.tables), others(more.silver)]).toEqual([others(tables), others(silver)]);
    expect(Object.entries(tables).filter(([name, { rows_in }]) => FURTHER.test(name) && rows_in > 0)).toEqual(
      [],
    );
    // 12 intervals by every run, and the rest of the last run's hour; one interval has a second run of units.
    const halfHours = 4;
    expect(more.tables).toMatchObject({
      trading_price: { bronze_rows: 24 * 5, silver_rows: 24 * 5 },
      price_forecast: { bronze_rows: 24 * 12 * 5, silver_rows: (24 + 11) * 5, duplicates: 0 },
      rooftop_forecast: { bronze_rows: halfHours * 48 * 10, silver_rows: (halfHours + 47) * 5 },
      unit_solution: { bronze_rows: 25 * units, silver_rows: 24 * units, superseded: units },
    });
    expect(plan.files).toHaveLength(59);
    expect(more.files.published).toBe(59 + 24 + 24 + halfHours + 1);
  });

  it('predicts the demo: two gaps, every kind of dead letter, an unknown unit, an added column', () => {
    const { deadLetters, gaps, files, unknown_unit_ids, added_columns } = totals();
    expect(deadLetters).toEqual({
      empty_unit_id: 1,
      scadavalue_not_a_number: 3,
      scadavalue_missing: 1,
      settlementdate_in_future: 1,
      file_truncated: 2,
    });
    expect(gaps).toEqual({ dispatch: ['2026/11/20 13:15:00'], region: ['2026/11/20 12:50:00'] });
    expect(files).toMatchObject({ published: 59, taken: 55, seen_before: 2 });
    expect({ unknown_unit_ids, added_columns }).toEqual({
      unknown_unit_ids: ['SIM_UNKNOWN01'],
      added_columns: ['SIM_ADDED_FLAG'],
    });
  });
});
