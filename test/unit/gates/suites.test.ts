import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { loadSuites } from '../../../activities/gates/gateSuites';
import { compileExpectation, problemsOf } from '../../../core/gates/catalogue';
import { readSuite, type Suite } from '../../../core/gates/suite';
import { scopePredicate } from '../../../core/gates/scope';
import { scanSql, scanValues } from '../../../core/gates/scan';
import { contractsIn } from '../../../pipelines/contractFiles';
import { repositoryRoot } from '../../../settings/repositoryRoot';
import type { Target } from '../../../core/gates/check';
import { touchedSql } from '../../../core/touched';
import { target } from './target';

const suiteOf = (...expectations: unknown[]): Suite =>
  (readSuite({ name: 's', expectations }, 's.json') as { suite: Suite }).suite;
const check = (type: string, kwargs: Record<string, unknown>, queries: Record<string, string> = {}) =>
  compileExpectation(target, suiteOf({ type, kwargs }).expectations[0]!, queries);

describe('suite files', () => {
  it('take a missing severity as critical and warn as warning', () => {
    const suite = suiteOf({ type: 'a' }, { type: 'b', severity: 'warn' });
    expect(suite.expectations.map((expectation) => expectation.severity)).toEqual(['critical', 'warning']);
  });

  it('read a suite as Great Expectations writes it', () => {
    const suite = suiteOf({
      type: 'expect_column_values_to_be_between',
      kwargs: { column: 'power_mw', min_value: 0, batch_id: 'b', strict_min: null },
      meta: {},
      id: 'x',
      rendered_content: [],
      notes: null,
      description: null,
      severity: 'warning',
    });
    expect(problemsOf(suite)).toEqual([]);
  });

  it('name every unknown type and wrong kwarg', () => {
    const problems = problemsOf(
      suiteOf(
        { type: 'expect_the_unexpected' },
        { type: 'expect_column_values_to_not_be_null', kwargs: { colunm: 'x' } },
        { type: 'expect_column_min_to_be_between', kwargs: { column: 'x' } },
      ),
    );
    const inOrder = [
      'expectation 1 \\(expect_the_unexpected\\): expected a supported type',
      'expectation 2 ',
      'colunm',
      'expectation 3 .*expected min_value or max_value',
    ];
    expect(problems.join('\n')).toMatch(new RegExp(inOrder.join('[\\s\\S]*')));
  });

  it('are refused together, each problem with its file', () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'suites-'));
    fs.writeFileSync(path.join(folder, 'a.json'), '{"name": 1}');
    fs.writeFileSync(path.join(folder, 'b.json'), '{');
    fs.writeFileSync(
      path.join(folder, 'c.json'),
      JSON.stringify({
        name: 'c',
        expectations: [{ type: 'currents_expect_query_to_return_no_rows', kwargs: { sql: 'gone.sql' } }],
      }),
    );
    expect(() => loadSuites('x', folder)).toThrow(/a\.json: name[\s\S]*b\.json[\s\S]*gates\/sql\/gone\.sql/);
    fs.rmSync(folder, { recursive: true });
  });

  it('of the market know exactly the columns its contracts carry', () => {
    const contracts = contractsIn(path.join(repositoryRoot(), 'pipelines', 'nem'));
    for (const { suite } of loadSuites('nem').filter(
      (loaded) => loaded.suite.meta?.currents?.stage === 'bronze',
    )) {
      const table = suite.meta!.currents!.table;
      const drift = suite.expectations.find((expectation) => expectation.kwargs['column'] === 'extra');
      expect({ table, columns: drift?.kwargs['except'] ?? [] }).toEqual({
        table,
        columns: contracts.find(({ bronze }) => bronze === table)?.carriedColumns,
      });
    }
  });
});

describe('compiled expectations', () => {
  it('share one scan, in which every aggregate is there once and as plain as it can be', () => {
    const checks = [
      check('expect_column_values_to_not_be_null', { column: 'unit_id' }),
      check('expect_column_values_to_be_between', { column: 'power_mw', min_value: 0 }),
      check('expect_column_max_to_be_between', { column: 'power_mw', max_value: 5 }),
    ];
    expect(scanSql([{ target, checks }])).toBe(
      'SELECT count(*), count(*) - count("unit_id"), count("power_mw"), ' +
        'count_if(("power_mw" IS NOT NULL) AND (NOT coalesce("power_mw" >= 0, false))), ' +
        'CAST(max("power_mw") AS varchar), max("power_mw") <= 5 FROM "slot_1"."nem"."t" WHERE true',
    );
    expect(scanValues([{ target, checks }], [9, 1, 8, 2, '5', true])).toEqual([
      {
        rowsInScope: 9,
        values: [
          [9, 9, 1],
          [9, 8, 2],
          [8, '5', true],
        ],
      },
    ]);
  });

  it('of several tables share one statement and are cut apart again, those with a query of their own too', () => {
    const scans = [
      {
        target,
        checks: [
          check('expect_compound_columns_to_be_unique', { column_list: ['unit_id', 'power_mw'] }),
          check('expect_column_values_to_not_be_null', { column: 'unit_id' }),
          check('expect_column_to_exist', { column: 'unit_id' }),
          check('currents_expect_reconciliation', { table_name: 'a', bronze_table: 'nem.other' }),
        ],
      },
      {
        target: { ...target, table: '"slot_1"."nem"."u"' },
        checks: [check('expect_column_values_to_be_null', { column: 'power_mw' })],
      },
    ];
    const parts = [
      /^SELECT \* FROM \(SELECT count\(\*\).*\)/,
      /\(SELECT coalesce.*\)/,
      /\(SELECT count\(\*\) FROM "slot_1"\."nem"\."other" WHERE run_id.*\)/,
      /\(SELECT count\(\*\).*FROM "slot_1"\."nem"\."u" WHERE true\)$/,
    ];
    expect(scanSql(scans)).toMatch(new RegExp(parts.map(({ source }) => source).join(' CROSS JOIN ')));
    expect(scanValues(scans, [9, 2, 7, 1, 3, 6, 4])).toEqual([
      { rowsInScope: 9, values: [[7, 1], [9, 9, 2], [], [3]] },
      { rowsInScope: 6, values: [[6, 6, 4]] },
    ]);
  });

  it('count the rows of a plain filter in the scan of the same rows, and keep anything else apart', () => {
    const touched = { ...target, where: 'x' };
    const own = (sql: string, on: Target = { ...touched, where: touchedSql(target.touched, target.time!) }) =>
      compileExpectation(
        on,
        suiteOf({ type: 'currents_expect_query_to_return_no_rows', kwargs: { sql: 'q.sql' } })
          .expectations[0]!,
        { 'q.sql': sql },
      );
    const filter =
      "-- Why.\nSELECT unit_id, power_mw\nFROM :table\nWHERE :touched AND (power_mw > 1 AND unit_id <> ':a');";
    expect(own(filter).aggregates).toEqual(["count_if((power_mw > 1 AND unit_id <> ':a'))"]);
    expect(own(filter).offending).toMatch(
      /^\s*SELECT unit_id, power_mw\s+FROM "slot_1"\."nem"\."t"\s+WHERE \("trading_date"/,
    );
    expect(own(filter, touched)).toMatchObject({ query: expect.any(String) as string });
    for (const more of [
      'SELECT unit_id FROM :table WHERE :touched AND power_mw > 1 OR unit_id IS NULL',
      'SELECT unit_id FROM :table WHERE :touched AND power_mw > 1 LIMIT 5',
      'SELECT unit_id FROM :table WHERE :touched AND unit_id IN (SELECT unit_id FROM :catalog.nem.u)',
      'SELECT unit_id FROM :table WHERE power_mw > 1',
      'SELECT max(power_mw) FROM :table WHERE :touched AND power_mw > 1',
    ])
      expect(own(more).aggregates).toBeUndefined();
  });

  it('ask what the run recorded in statements that are the same for every suite, and pick their part', () => {
    const [one, other] = ['a', 'b'].map(
      (table_name) =>
        check('currents_expect_dead_letter_ratio', {
          topic: `topic_${table_name}`,
          table_name,
          reason_regex: 'x',
        }).facts!,
    );
    expect(one!.map(({ sql }) => sql)).toEqual(other!.map(({ sql }) => sql));
    const [deadLetters, counts] = one!;
    expect(
      deadLetters!.pick([
        ['topic_b', 7],
        ['topic_a', 3],
      ]),
    ).toEqual([3]);
    expect(
      counts!.pick([
        ['b', 1, 2, 3],
        ['a', 4, 5, 6],
      ]),
    ).toEqual([4, 5, 6]);
    expect([deadLetters!.pick([]), counts!.pick([])]).toEqual([[0], [0, 0, 0]]);
  });

  it('count the rows a run wrote in the scan of its own rows, and apart where the scan is of others', () => {
    const kwargs = { table_name: 'a', bronze_table: target.name };
    expect(check('currents_expect_reconciliation', kwargs)).toMatchObject({
      query: expect.stringContaining(`WHERE run_id = 'r1' AND "trading_date" BETWEEN`) as string,
    });
    const ofRun = {
      ...target,
      where: scopePredicate(
        's',
        { pipeline: 'nem', stage: 'bronze', table: target.name, scope: 'run', key_columns: [] },
        new Map([['trading_date', 'date']]),
        target,
        target.time,
      ),
    };
    expect(
      compileExpectation(
        ofRun,
        suiteOf({ type: 'currents_expect_reconciliation', kwargs }).expectations[0]!,
        {},
      ),
    ).toMatchObject({ aggregates: ['count(*)'] });
  });

  it('leave nulls out and apply mostly to the rest', () => {
    const { judge } = check('expect_column_values_to_be_between', {
      column: 'power_mw',
      min_value: 0,
      mostly: 0.9,
    });
    expect(judge([12, 10, 1])).toMatchObject({
      success: true,
      element_count: 12,
      missing_count: 2,
      unexpected_count: 1,
    });
    expect(judge([12, 10, 2]).success).toBe(false);
    expect(judge([2, 0, 0]).success).toBe(true);
  });

  it('fill the parameters of saved queries, but nothing in texts and comments', () => {
    const sql =
      "-- :gone\nSELECT ':run_id', x::int FROM :table JOIN :catalog.ops.y " +
      'WHERE run_id = :run_id AND t BETWEEN :from AND :to;';
    const { query } = check('currents_expect_query_to_return_no_rows', { sql: 'q.sql' }, { 'q.sql': sql });
    expect(query).toContain(
      'SELECT \':run_id\', x::int FROM "slot_1"."nem"."t" JOIN "slot_1".ops.y ' +
        "WHERE run_id = 'r1' AND t BETWEEN TIMESTAMP '2025-12-27 00:05:00' AND TIMESTAMP '2025-12-27 00:10:00')",
    );
  });

  it('refuse a parameter there is not', () => {
    expect(() =>
      check('currents_expect_query_to_return_no_rows', { sql: 'q.sql' }, { 'q.sql': 'SELECT :secret' }),
    ).toThrow(/q\.sql: expected :table.*found :secret/);
  });

  it('judge reconciliation by both sums', () => {
    const { judge } = check('currents_expect_reconciliation', { table_name: 'a', bronze_table: 'nem.b' });
    expect(judge([10, 10, 8, 8]).success).toBe(true);
    expect(judge([10, 9, 8, 8])).toMatchObject({ success: false, unexpected_count: 1 });
    expect(judge([10, 10, 8, 7]).success).toBe(false);
    expect(judge([0, 0, 0, 0]).success).toBe(true);
    expect(judge([0, 0, 0, 5]).success).toBe(false);
  });

  it('hold a few dead letters for bad rows and most of a topic for a retyped column', () => {
    const { judge } = check('currents_expect_dead_letter_ratio', {
      topic: 't',
      table_name: 'a',
      reason_regex: 'x',
    });
    expect([judge([10, 20]), judge([11, 20]), judge([5, 5])].map((judgement) => judgement.success)).toEqual([
      true,
      false,
      true,
    ]);
  });
});
