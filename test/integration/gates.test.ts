import { changedTables } from '../../activities/gates/auditedCommit';
import { insertGateResults } from '../../activities/gates/gateResults';
import { AuditedHashMovedError } from '../../core/gates/errors';
import { gateResultRows } from '../../core/gates/resultRows';
import { asRecords } from '../../trino/records';
import { itReal, realBytes } from '../realData';
import { type Unit } from './gatesLake';
import { audit, auditOwn, INTERVAL, lake, openGatesLake, units } from './gatesAudit';

function realUnits(): Unit[] {
  return realBytes('dispatchscada/sample_dispatchscada.csv')
    .toString('utf8')
    .split(/\r?\n/)
    .filter((line) => line.startsWith('D,'))
    .map((line) => line.split(','))
    .map((cells) => ({ unit_id: cells[5]!, mw: Number(cells[6]) }));
}

openGatesLake();

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

  it('leave out what the catalog has as before, and judge all that a run has changed', async () => {
    const contents = () => lake.nessie.listContents({ name: lake.catalog });
    const empty = await contents();
    await lake.load({ runId: 'r1', interval: INTERVAL, units: units(20) });
    const before = await contents();
    const first = await audit('r1', undefined, { changed: changedTables(empty, before) });
    expect(first.lines.notes).toEqual([]);
    const again = await audit('r2', undefined, { changed: changedTables(before, await contents()) });
    expect(again.lines).toMatchObject({
      failures: [],
      notes: ['nem.bronze_dispatch', 'nem.silver_dispatch_clean'].map(
        (table) => `ℹ ${table}: not touched by this run`,
      ),
    });
    // Reconciliation, dead letters, completeness, intervals.
    expect(again.verdict).toMatchObject({ passed: true, evaluated: 4 });
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
        'intervals missing at the source: 1 of 5 rows; ' +
          'e.g. gap_after=2025-12-27 00:10:00.000000 gap_before=2025-12-27 00:20:00.000000',
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
    await lake.reject('r1', 'scadavalue_not_a_number', 18);
    await lake.sql([
      'INSERT INTO nem_ops.refine_counts VALUES ' +
        "('nem', 'r1', 'nem.silver_dispatch_clean', 20, 0, 0, 2, 0, 0, 0, 18, NULL, NULL, now())",
    ]);
    const found = await audit('r1', null);
    expect(found.lines.failures).toContainEqual(
      expect.stringContaining('schema drift: retyped column: 18 of 20 rows'),
    );
  });

  it('let single rejected rows through', async () => {
    await lake.load({ runId: 'r1', interval: INTERVAL, units: units(20), deadLetters: 2 });
    await lake.reject('r1', 'scadavalue_not_a_number', 2);
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
          'bronze and silver disagree on what there is: 1 rows; ' +
            'e.g. trading_interval=2025-12-27 00:05:00.000000 unit_id=UNIT3 found=only in silver',
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
        "SELECT * FROM nem_ops.gate_results WHERE NOT success AND column_name = 'scada_value_mw' " +
          "AND severity = 'critical'",
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
