import { touchedOf } from '../../core/touched';
import { pipelineNamed } from '../../pipelines/registry';
import { audit as auditTables, type Audit } from '../../activities/gates/auditTables';
import { insertGateResults } from '../../activities/gates/gateResults';
import { loadSuites } from '../../activities/gates/gateSuites';
import { problemsOf } from '../../core/gates/catalogue';
import { AuditedHashMovedError } from '../../core/gates/errors';
import { gateResultRows } from '../../core/gates/resultRows';
import { readSuite, type Suite } from '../../core/gates/suite';
import { asRecords } from '../../trino/records';
import { itReal, realBytes } from '../realData';
import { GatesLake, type Unit } from './gatesLake';

/**
 * Needs Trino and Nessie with the last slot's catalog (CURRENTS_PORT_BASE, or TRINO_URL, NESSIE_URL and
 * SLOT_COUNT).
 */
const lake = new GatesLake();
const INTERVAL = '2025-12-27 00:05:00';
const suites = loadSuites('nem').filter(({ suite }) =>
  ['nem.bronze_dispatch', 'nem.silver_dispatch'].includes(suite.name),
);

const units = (count: number, from = 0): Unit[] =>
  Array.from({ length: count }, (_, index) => ({
    unit_id: `UNIT${from + index}`,
    mw: index,
    fuel: 'wind',
    capacity_mw: 1000,
  }));

async function audit(
  runId: string,
  window: { from: string; to: string } | null = { from: INTERVAL, to: INTERVAL },
  more: Partial<Parameters<typeof auditTables>[0]> = {},
): Promise<Audit> {
  return auditTables({
    suites,
    trino: lake.trino,
    catalog: lake.catalog,
    branch: lake.catalog,
    hash: await lake.head(),
    pipeline: 'nem',
    run: { runId, touched: touchedOf({ window }, pipelineNamed('nem')) },
    readHead: () => lake.head(),
    ...more,
  });
}

async function auditOwn(expectations: unknown[], table = 'nem.silver_dispatch_clean'): Promise<Audit> {
  const read = readSuite({ name: 'own', expectations }, 'own') as { suite: Suite };
  expect(problemsOf(read.suite)).toEqual([]);
  return audit('r1', null, { suites: [{ suite: read.suite, queries: {} }], table });
}

function realUnits(): Unit[] {
  return realBytes('dispatchscada/sample_dispatchscada.csv')
    .toString('utf8')
    .split(/\r?\n/)
    .filter((line) => line.startsWith('D,'))
    .map((line) => line.split(','))
    .map((cells) => ({ unit_id: cells[5]!, mw: Number(cells[6]) }));
}

beforeAll(() => lake.open(), 180_000);
beforeEach(() => lake.empty(), 180_000);
afterAll(() => lake.pointAtMain());
jest.setTimeout(180_000);

describe('gates of the market pipeline on a real lake', () => {
  itReal('pass on a real file, the first of the lake', async () => {
    await lake.load({ runId: 'r1', interval: INTERVAL, units: realUnits() });
    const started_ms = Date.now();
    const found = await audit('r1');
    console.info(
      `bronze and silver audited in ${Date.now() - started_ms} ms: ${found.verdict.evaluated} expectations`,
    );
    expect(found.lines.failures).toEqual([]);
    expect(found.lines.warnings).toEqual([expect.stringContaining('unit without metadata: 493 of 493 rows')]);
    expect(found.verdict).toMatchObject({ passed: true, successRatio: 1 });
  });

  it('pass on an hour with one interval missing, and name the gap', async () => {
    for (const minute of ['05', '10', '20', '25'])
      await lake.load({ runId: 'r1', interval: `2025-12-27 00:${minute}:00`, units: units(20) });
    await lake.sql([
      `DELETE FROM nem_ops.refine_counts WHERE interval_min > TIMESTAMP '${INTERVAL}'`,
      'UPDATE nem_ops.refine_counts SET rows_in = 80, bronze_rows = 80, inserted = 80',
    ]);
    const found = await audit('r1', { from: INTERVAL, to: '2025-12-27 00:25:00' });
    expect(found.verdict.passed).toBe(true);
    expect(found.lines.warnings).toEqual([
      expect.stringContaining(
        'intervals missing at the source: 1 of 5 rows; e.g. gap_after=2025-12-27 00:10:00.000000 gap_before=2025-12-27 00:20:00.000000',
      ),
    ]);
  });

  it('say so when there are no rows in scope', async () => {
    const found = await audit('r1', null);
    expect(found.verdict).toMatchObject({ passed: true, failed: 0 });
    expect(found.lines.notes).toEqual([
      'ℹ nem.bronze_dispatch: no rows in scope',
      'ℹ nem.silver_dispatch_clean: no rows in scope',
    ]);
  });

  it('stop a missing column and warn of an added one', async () => {
    await lake.load({
      runId: 'r1',
      interval: INTERVAL,
      units: units(20).map((unit) => ({ ...unit, mw: null })),
      missingColumns: ['SCADAVALUE'],
      extra: 'QUALITY',
    });
    const found = await audit('r1');
    expect(found.verdict.passed).toBe(false);
    expect(found.lines.failures).toContainEqual(
      expect.stringContaining(
        '✗ nem.bronze_dispatch: schema drift: missing column: 20 of 20 rows; e.g. missing_columns=SCADAVALUE rows=20',
      ),
    );
    expect(found.lines.warnings).toContainEqual(
      expect.stringContaining(
        '⚠ nem.bronze_dispatch: schema drift: added column, kept in extra: 20 of 20 rows; e.g. extra=QUALITY rows=20',
      ),
    );
  });

  it('stop a column whose values are no numbers any more, though no row reached bronze', async () => {
    await lake.refuse('r1', 'scadavalue_not_a_number', 18);
    await lake.sql([
      `INSERT INTO nem_ops.refine_counts VALUES ('nem', 'r1', 'nem.silver_dispatch_clean', 20, 0, 0, 2, 0, 0, 0, 18, NULL, NULL, now())`,
    ]);
    const found = await audit('r1', null);
    expect(found.lines.failures).toContainEqual(
      expect.stringContaining('schema drift: retyped column: 18 of 20 rows'),
    );
  });

  it('let single refused rows through', async () => {
    await lake.load({ runId: 'r1', interval: INTERVAL, units: units(20), deadLetters: 2 });
    await lake.refuse('r1', 'scadavalue_not_a_number', 2);
    expect((await audit('r1')).lines.failures).toEqual([]);
  });

  it('stop a thermal unit far below zero, but no battery, load or house load', async () => {
    await lake.load({
      runId: 'r1',
      interval: INTERVAL,
      units: [
        ...units(20),
        { unit_id: 'COAL1', mw: -300, fuel: 'coal', capacity_mw: 700 },
        { unit_id: 'COAL2', mw: -12, fuel: 'coal', capacity_mw: 700 },
        { unit_id: 'BATT1', mw: -250, fuel: 'battery', capacity_mw: 250 },
        { unit_id: 'PUMP1', mw: -200, fuel: 'load', capacity_mw: 200 },
      ],
    });
    const { failures } = (await audit('r1')).lines;
    expect(failures).toContainEqual(
      expect.stringContaining(
        'thermal unit far below zero: 1 of 2 rows; e.g. trading_interval=2025-12-27 00:05:00.000000 unit_id=COAL1',
      ),
    );
    expect(failures.every((line) => !/COAL2|BATT1|PUMP1/.test(line))).toBe(true);
  });

  it('stop a batch with too many units missing, and name them', async () => {
    await lake.load({ runId: 'r0', interval: '2025-12-27 00:00:00', units: units(20) });
    await lake.load({ runId: 'r1', interval: INTERVAL, units: units(18) });
    const { failures } = (await audit('r1')).lines;
    expect(failures).toEqual([
      expect.stringContaining(
        'completeness below 95 %: 2 of 20 rows; e.g. unit_id=UNIT18 intervals_missing=1 | unit_id=UNIT19',
      ),
    ]);
  });

  it('stop a batch whose counts do not add up, or whose rows are not there', async () => {
    await lake.load({ runId: 'r1', interval: INTERVAL, units: units(20) });
    await lake.sql([`DELETE FROM nem.bronze_dispatch WHERE unit_id = 'UNIT3'`]);
    const { failures } = (await audit('r1')).lines;
    expect(failures).toEqual(
      expect.arrayContaining([
        expect.stringContaining('every record accounted for: 1 of 20 rows'),
        expect.stringContaining(
          'bronze and silver disagree on what there is: 1 rows; e.g. trading_interval=2025-12-27 00:05:00.000000 unit_id=UNIT3 found=only in silver',
        ),
      ]),
    );
  });

  it('stop duplicate keys', async () => {
    await lake.load({
      runId: 'r1',
      interval: INTERVAL,
      units: [...units(20), { unit_id: 'UNIT1', mw: 5, fuel: 'wind' }],
    });
    expect((await audit('r1')).lines.failures).toContainEqual(
      expect.stringContaining('one row per trading_interval, unit_id: 2 of 21 rows'),
    );
  });

  it('refuse a verdict when the branch is elsewhere', async () => {
    await expect(audit('r1', null, { hash: 'other' })).rejects.toBeInstanceOf(AuditedHashMovedError);
  });

  it('fail where a table is not there', async () => {
    const found = await auditOwn(
      [{ type: 'expect_column_to_exist', kwargs: { column: 'x' } }],
      'nem.no_such_table',
    );
    expect(found.verdict.passed).toBe(false);
    expect(found.lines.failures[0]).toContain('could not be evaluated');
  });

  it('write their results as rows', async () => {
    await lake.load({
      runId: 'r1',
      interval: INTERVAL,
      units: [...units(20), { unit_id: "O'BRIEN", mw: -300000, fuel: 'wind' }].map((unit) => ({
        ...unit,
        unit_id: unit.unit_id.replace("'", ''),
      })),
    });
    const { results } = await audit('r1');
    const rows = results.flatMap((result) => gateResultRows(result, "s3://bucket/it's.json"));
    expect(await insertGateResults(lake.trino, lake.catalog, 'nem', rows)).toBe(rows.length);
    const failed = asRecords(
      await lake.trino.runQuery(
        `SELECT * FROM nem_ops.gate_results WHERE NOT success AND column_name = 'scada_value_mw' AND severity = 'critical'`,
        { catalog: lake.catalog },
      ),
    );
    expect(failed).toMatchObject([
      {
        run_id: 'r1',
        severity: 'critical',
        evaluated: 21,
        unexpected: 1,
        result_uri: "s3://bucket/it's.json",
      },
    ]);
    expect(JSON.parse(String(failed[0]?.['detail']))).toMatchObject({
      samples: [{ unit_id: 'OBRIEN', offset: expect.any(Number) }],
    });
  });
});

describe('after an override', () => {
  const COAL1: Unit = { unit_id: 'COAL1', mw: -300, fuel: 'coal', capacity_mw: 700 };
  const WINDOW = { from: INTERVAL, to: INTERVAL };
  const later = () => audit('r2', WINDOW, { baseCatalog: lake.baseCatalog });

  /** A run whose rows an operator has let through, and a later one that writes the same rows again. */
  beforeEach(async () => {
    await lake.load({ runId: 'r1', interval: INTERVAL, units: [...units(20), COAL1] });
    const overridden = await audit('r1');
    expect(overridden.verdict.passed).toBe(false);
    await insertGateResults(
      lake.trino,
      lake.catalog,
      'nem',
      overridden.results.flatMap((result) => gateResultRows(result, null)),
    );
    await lake.keepAsBase();
    await lake.sql([`UPDATE nem.silver_dispatch_clean SET run_id = 'r2', station_name = 'Renamed'`]);
  });

  it('what fails on the target branch alike is a warning that names the run it stands since', async () => {
    expect((await audit('r2', WINDOW)).verdict.passed).toBe(false);
    const { verdict, lines } = await later();
    expect(lines.failures).toEqual([]);
    expect(verdict.passed).toBe(true);
    expect(lines.warnings).toContainEqual(
      expect.stringContaining('thermal unit far below zero (standing since run r1): 1 of 1 rows'),
    );
  });

  it('one row more fails as before', async () => {
    await lake.sql([
      `UPDATE nem.silver_dispatch_clean SET fuel_type = 'coal', power_mw = -200 WHERE unit_id = 'UNIT1'`,
    ]);
    const { verdict, lines } = await later();
    expect(verdict.passed).toBe(false);
    expect(lines.failures).toContainEqual(
      expect.stringContaining('thermal unit far below zero: 2 of 2 rows'),
    );
  });

  it('another value in the same row fails as before', async () => {
    await lake.sql([`UPDATE nem.silver_dispatch_clean SET power_mw = -400 WHERE unit_id = 'COAL1'`]);
    expect((await later()).lines.failures).toContainEqual(
      expect.stringContaining('thermal unit far below zero: 1 of 1 rows'),
    );
  });
});

describe('limits, regions and interconnectors as reference data with dates', () => {
  const SQL = ['price_outside_limits.sql', 'region_not_known.sql', 'interconnector_not_known.sql'];
  const VALUES = ['price_aud_per_mwh', 'mw_flow'];
  const own = loadSuites('nem')
    .filter(({ suite }) => ['nem.silver_region', 'nem.silver_interconnector'].includes(suite.name))
    .map(({ suite, queries }) => ({
      queries,
      suite: {
        ...suite,
        expectations: suite.expectations.filter(
          ({ type, kwargs }) =>
            SQL.includes(String(kwargs['sql'])) ||
            (type === 'expect_column_values_to_be_between' && VALUES.includes(String(kwargs['column']))),
        ),
      },
    }));
  const auditAt = (interval: string) => audit('r1', { from: interval, to: interval }, { suites: own });
  const put = (table: string, interval: string, rows: [string, number][]) =>
    lake.sql([
      `INSERT INTO nem.${table} SELECT TIMESTAMP '${interval}', date(TIMESTAMP '${interval}' - INTERVAL '4' HOUR - INTERVAL '1' SECOND), id, amount
       FROM (VALUES ${rows.map(([id, amount]) => `('${id}', DOUBLE '${amount}')`).join(', ')}) AS given(id, amount)`,
    ]);

  beforeEach(() =>
    lake.sql([
      `INSERT INTO nem.region_metadata VALUES ('SNOWY1', 'Snowy', 'NSW', TIMESTAMP '1998-12-01', TIMESTAMP '2008-07-01'), ('SA1', 'South Australia', 'SA', NULL, NULL)`,
      `INSERT INTO nem.interconnector_metadata VALUES ('V-SA', 'VIC1', 'SA1', TIMESTAMP '1998-12-01', TIMESTAMP '2999-12-31')`,
      `INSERT INTO nem.market_limits VALUES ('price_cap_aud_per_mwh', 10000, TIMESTAMP '2002-04-01', TIMESTAMP '2010-07-01', 'AEMC 2002'),
        ('price_cap_aud_per_mwh', 23200, TIMESTAMP '2026-07-01', TIMESTAMP '2999-12-31', 'AEMC 2026')`,
    ]),
  );

  it('let a price beyond the cap through, and name limit and source', async () => {
    await put('silver_region_clean', '2027-07-02 12:05:00', [['SA1', 25600]]);
    const { verdict, lines } = await auditAt('2027-07-02 12:05:00');
    expect(verdict.passed).toBe(true);
    expect(lines.warnings).toEqual([
      expect.stringMatching(
        /price outside the floor or cap.*25600.*price_cap_aud_per_mwh limit_value=23200.*limit_source=AEMC 2026/,
      ),
    ]);
  });

  it('compare with the cap of the interval, and with the newest known one where none is', async () => {
    await put('silver_region_clean', '2007-01-02 12:05:00', [['SA1', 12000]]);
    expect((await auditAt('2007-01-02 12:05:00')).lines.warnings).toEqual([
      expect.stringMatching(/limit_value=10000.*AEMC 2002/),
    ]);
    await put('silver_region_clean', '2015-01-02 12:05:00', [['SA1', -1000.5]]);
    expect((await auditAt('2015-01-02 12:05:00')).lines.warnings).toEqual([
      expect.stringMatching(/price_floor_aud_per_mwh limit_value=-1000.*no limit known for this interval/),
    ]);
  });

  it('stop what is no price and no flow', async () => {
    await put('silver_region_clean', INTERVAL, [
      ['SA1', 2e6],
      ['SA1', NaN],
    ]);
    await put('silver_interconnector_clean', INTERVAL, [['V-SA', 2e5]]);
    expect((await auditAt(INTERVAL)).lines.failures).toEqual([
      expect.stringContaining('flow that is no power: not a number, or more than the whole market: 1 of 1'),
      expect.stringContaining('price that is no price: not a number, or beyond a million: 2 of 2 rows'),
    ]);
  });

  it('know a sixth region while it was one, and name a region and an interconnector they do not know', async () => {
    await put('silver_region_clean', '2008-07-01 00:00:00', [['SNOWY1', 20]]);
    expect((await auditAt('2008-07-01 00:00:00')).lines.warnings).toEqual([]);
    await put('silver_region_clean', INTERVAL, [
      ['SNOWY1', 20],
      ['SA1', 20],
      ['NT1', 20],
    ]);
    await put('silver_interconnector_clean', INTERVAL, [
      ['V-SA', 1],
      ['NEW-LINK', 1],
    ]);
    const { verdict, lines } = await auditAt(INTERVAL);
    expect(verdict.passed).toBe(true);
    expect(lines.warnings).toEqual([
      expect.stringMatching(
        /interconnector whose ends are not known: 1 rows; e.g. interconnector_id=NEW-LINK/,
      ),
      expect.stringMatching(
        /region that no reference table knows.*: 2 rows; e.g. .*(SNOWY1|NT1).*(SNOWY1|NT1)/,
      ),
    ]);
  });
});

/**
 * Expectation, its arguments, and whether it holds for ten units of one interval, one of them without power.
 */
const CATALOGUE: [string, Record<string, unknown>, boolean][] = [
  ['expect_table_row_count_to_be_between', { min_value: 10, max_value: 10 }, true],
  ['expect_table_row_count_to_be_between', { min_value: 11 }, false],
  ['expect_column_to_exist', { column: 'power_mw' }, true],
  ['expect_column_to_exist', { column: 'nope' }, false],
  ['expect_table_columns_to_match_set', { column_set: ['unit_id'], exact_match: false }, true],
  ['expect_table_columns_to_match_set', { column_set: ['unit_id'] }, false],
  ['expect_column_values_to_not_be_null', { column: 'power_mw' }, false],
  ['expect_column_values_to_not_be_null', { column: 'power_mw', mostly: 0.9 }, true],
  ['expect_column_values_to_be_null', { column: 'station_name' }, true],
  ['expect_column_values_to_be_between', { column: 'power_mw', min_value: 0, max_value: 8 }, true],
  ['expect_column_values_to_be_between', { column: 'power_mw', min_value: 0, strict_min: true }, false],
  [
    'expect_column_values_to_be_between',
    { column: 'trading_interval', min_value: '2025-12-27 00:00:00', max_value: '2025-12-28' },
    true,
  ],
  [
    'expect_column_values_to_be_between',
    {
      column: 'power_mw',
      min_value: 1,
      row_condition: 'col("unit_id") != "UNIT0" and power_mw is not null',
      condition_parser: 'great_expectations',
    },
    true,
  ],
  ['expect_column_values_to_be_in_set', { column: 'fuel_type', value_set: ['wind', 'solar'] }, true],
  ['expect_column_values_to_be_in_set', { column: 'fuel_type', value_set: ['wind'] }, false],
  ['expect_column_values_to_not_be_in_set', { column: 'fuel_type', value_set: ["o'coal"] }, true],
  ['expect_column_values_to_match_regex', { column: 'unit_id', regex: '^(UNIT\\d|ODD)$' }, true],
  ['expect_column_values_to_be_unique', { column: 'unit_id' }, true],
  ['expect_column_values_to_be_unique', { column: 'fuel_type' }, false],
  ['expect_compound_columns_to_be_unique', { column_list: ['trading_interval', 'unit_id'] }, true],
  [
    'expect_column_pair_values_a_to_be_greater_than_b',
    { column_A: 'capacity_mw', column_B: 'power_mw', ignore_row_if: 'either_value_is_missing' },
    true,
  ],
  ['expect_column_min_to_be_between', { column: 'power_mw', min_value: 0, max_value: 0 }, true],
  ['expect_column_max_to_be_between', { column: 'power_mw', max_value: 7 }, false],
  ['expect_column_mean_to_be_between', { column: 'power_mw', min_value: 3.5, max_value: 4.5 }, true],
  ['expect_column_sum_to_be_between', { column: 'power_mw', min_value: 36, max_value: 36 }, true],
  ['expect_column_value_lengths_to_be_between', { column: 'unit_id', max_value: 4 }, false],
  [
    'expect_column_distinct_values_to_be_in_set',
    { column: 'fuel_type', value_set: ['wind', 'solar', 'coal'] },
    true,
  ],
  [
    'unexpected_rows_expectation',
    { unexpected_rows_query: "SELECT * FROM {batch} WHERE fuel_type = 'coal'" },
    true,
  ],
];

describe('suites written for Great Expectations', () => {
  beforeEach(async () => {
    await lake.load({
      runId: 'r1',
      interval: INTERVAL,
      units: [...units(9), { unit_id: 'ODD', mw: null, fuel: 'solar' }],
    });
  });

  it('hold or fail as they are written there', async () => {
    const {
      results: [result],
    } = await auditOwn(CATALOGUE.map(([type, kwargs]) => ({ type, kwargs })));
    expect(
      result?.results.map((one, index) => [
        ...CATALOGUE[index]!.slice(0, 2),
        one.success,
        one.exception_info.exception_message,
      ]),
    ).toEqual(CATALOGUE.map((row) => [...row, null]));
  });

  it('fail only the expectations that cannot be asked, beside those that can', async () => {
    const {
      results: [result],
      verdict,
    } = await auditOwn([
      { type: 'expect_column_values_to_not_be_null', kwargs: { column: 'unit_id' } },
      { type: 'expect_column_values_to_not_be_null', kwargs: { column: 'gone' } },
      { type: 'expect_column_values_to_match_regex', kwargs: { column: 'unit_id', regex: '(' } },
      {
        type: 'expect_column_values_to_be_in_set',
        kwargs: { column: 'power_mw', value_set: ['not a number'] },
      },
    ]);
    expect(result?.results.map((one) => one.success)).toEqual([true, false, false, false]);
    expect(result?.results[1]?.exception_info.exception_message).toContain(
      'own: expect_column_values_to_not_be_null: expected column gone in nem.silver_dispatch_clean',
    );
    expect(verdict.passed).toBe(false);
  });
});
