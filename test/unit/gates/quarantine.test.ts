import { NothingToQuarantineError } from '../../../core/deadLetters/errors';
import { chosenFiles, type OffendingFiles } from '../../../core/gates/quarantine';
import { attributionQueries } from '../../../core/gates/attribution';
import { compileExpectation } from '../../../core/gates/catalogue';
import type { Expectation } from '../../../core/gates/suite';
import { bronzeBehind } from '../../../core/pipeline';
import { pipelineNamed } from '../../../pipelines/registry';
import { target } from '../gates/target';
import { FAILED_RULE } from '../../failedRule';

const request = (table: string, columns: string[] | null) => ({
  catalog: 'slot_1',
  pipeline: 'nem',
  runId: 'r1',
  bronze: bronzeBehind(pipelineNamed('nem'), table),
  keys: pipelineNamed('nem').keys,
  timeColumn: 'trading_interval',
  offending: columns && { sql: 'SELECT 1', columns },
});
const keysOf = (table: string): string[] =>
  table === 'nem.bronze_dispatch' ? ['trading_interval', 'unit_id'] : ['trading_interval', 'region_id'];
const tablesIn = (sql: string): string[] =>
  [...sql.matchAll(/"slot_1"\."(\w+)"\."(\w+)"/g)].map(([, schema, table]) => `${schema}.${table}`);

describe('the files behind a failed expectation', () => {
  it("are found by the offending rows' own file first, and by all that feed the table last", () => {
    const queries = attributionQueries(
      request('nem.silver_dispatch_clean', ['source_sha256', 'source_file', 'trading_interval', 'unit_id']),
      keysOf,
    );
    expect(queries.map(({ by }) => by)).toEqual(['rows', 'rows', 'interval', 'table']);
    expect(tablesIn(queries[0]!.sql)).toEqual(['nem.bronze_dispatch', 'nem_ops.dead_letters']);
    for (const { sql } of queries) expect(sql).toContain("run_id = 'r1'");
  });

  it('are found by interval and key where gold knows no file, in the tables that have the key', () => {
    const [byInterval, all] = attributionQueries(
      request('nem_gold.fact_dispatch', ['trading_interval', 'unit_id']),
      keysOf,
    );
    expect(byInterval!.sql).toContain('("trading_interval", trim("unit_id")) IN');
    expect(tablesIn(byInterval!.sql)).toEqual(['nem.bronze_dispatch']);
    expect(tablesIn(all!.sql)).toHaveLength(pipelineNamed('nem').topics.length);
  });

  it('are all that feed the table when the failure is not about rows', () => {
    const queries = attributionQueries(request('nem.silver_region_clean', null), keysOf);
    expect(queries.map(({ by }) => by)).toEqual(['table']);
    expect(tablesIn(queries[0]!.sql)).toEqual(['nem.bronze_region', 'nem.bronze_price']);
  });

  it.each([
    [
      'expect_column_values_to_not_be_null',
      { column: 'power_mw' },
      'SELECT * FROM "slot_1"."nem"."t" WHERE true AND',
    ],
    [
      'expect_compound_columns_to_be_unique',
      { column_list: ['unit_id', 'trading_interval'] },
      'HAVING count(*) > 1',
    ],
    [
      'currents_expect_dead_letter_ratio',
      { topic: 'nem_dispatch', table_name: 't', reason_regex: 'x' },
      'SELECT source_sha256, source_file FROM "slot_1".nem_ops.dead_letters',
    ],
    ['currents_expect_query_to_return_no_rows', { sql: 'q.sql' }, 'SELECT 7'],
  ])('come from the rows that break %s', (type, kwargs, sql) => {
    const check = compileExpectation(target, { type, kwargs, severity: 'critical' } as Expectation, {
      'q.sql': 'SELECT 7',
    });
    expect(check.offending).toContain(sql);
  });

  it('are not named by an expectation about a table as a whole', () => {
    expect(
      compileExpectation(
        target,
        {
          type: 'expect_table_row_count_to_be_between',
          kwargs: { min_value: 1 },
          severity: 'critical',
        } as Expectation,
        {},
      ).offending,
    ).toBeUndefined();
  });
});

describe("an operator's choice among them", () => {
  const found: OffendingFiles = {
    branch: 'failed/nem/r1',
    rules: [FAILED_RULE],
    files: [
      { name: 'a.zip', sha256: 'a', rules: ['t: missing'] },
      { name: 'b.zip', sha256: 'b', rules: ['t: negative', 't: missing'] },
    ],
  };
  const choose = (more: object) => chosenFiles(found, { pipeline: 'nem', runId: 'r1', ...more });

  it('is all of them, or those named, or those of a rule', () => {
    expect(choose({})).toMatchObject({
      files: [{ name: 'a.zip' }, { name: 'b.zip' }],
      rule: 't: missing; t: negative',
    });
    expect(choose({ files: ['b.zip'] }).files).toHaveLength(1);
    expect(choose({ rule: 'negative' })).toMatchObject({ files: [{ name: 'b.zip' }], rule: 't: negative' });
  });

  it('is never silently nothing', () => {
    expect(() => choose({ files: ['c.zip'] })).toThrow(NothingToQuarantineError);
    expect(() => choose({ files: ['c.zip'] })).toThrow(/named c\.zip, found a\.zip, b\.zip/);
    expect(() => choose({ rule: 'late' })).toThrow(/a broken rule with "late", found t: missing/);
    expect(() => chosenFiles({ ...found, files: [] }, { pipeline: 'nem', runId: 'r1' })).toThrow(
      NothingToQuarantineError,
    );
  });
});
