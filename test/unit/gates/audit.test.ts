import { audit, type AuditRequest } from '../../../activities/gates/auditTables';
import { loadSuites } from '../../../activities/gates/gateSuites';
import type { Columns } from '../../../activities/gates/suiteTargets';
import type { Cell, TrinoClient } from '../../../trino/client';

const HOUR_MS = 3_600_000;
const MORE_THAN_ANY_STATEMENT_HAS = 1_000;
const suites = loadSuites('nem');

/** Every column that an expectation on the table names, as a number where it is compared with one. */
function columnsNamed(): Cell[][] {
  return suites.flatMap(({ suite }) => {
    const { table, key_columns } = suite.meta!.currents!;
    const named = suite.expectations.flatMap(({ kwargs }) => [
      ...[kwargs['column'], kwargs['column_list'], kwargs['unit_column']].flat(),
      ...(kwargs['row_condition'] ? ['is_load', 'fuel_type'] : []),
    ]);
    const names = [...new Set([...named, ...key_columns, 'trading_interval', 'trading_date'])];
    return names
      .filter((name) => typeof name === 'string')
      .map((name) => [...table.split('.'), name, name === 'extra' ? 'map(varchar, varchar)' : 'varchar']);
  });
}

function columnsByTable(): Map<string, Columns> {
  const found = new Map<string, Columns>();
  for (const [schema, name, column, type] of columnsNamed() as string[][]) {
    const table = `${schema}.${name}`;
    found.set(table, (found.get(table) ?? new Map<string, string>()).set(column!, type!));
  }
  return found;
}

async function statementsFor(
  stages: string[],
  hours: number,
  answerColumns = true,
  more: Partial<AuditRequest> = {},
): Promise<string[]> {
  const asked: string[] = [];
  const trino = {
    runQuery: async (sql: string) => {
      asked.push(sql);
      if (sql.includes('information_schema'))
        return { columns: [], rows: answerColumns ? columnsNamed() : [] };
      if (sql.includes('LIMIT 0'))
        return { columns: [{ name: 'trading_interval', type: 'timestamp(6)' }], rows: [] };
      return { columns: [], rows: [Array.from({ length: MORE_THAN_ANY_STATEMENT_HAS }, () => '0')] };
    },
  } as unknown as TrinoClient;
  const from_ms = Date.parse('2026-11-20T01:00:00.000Z');
  const touched = [
    { from: new Date(from_ms).toISOString(), to: new Date(from_ms + hours * HOUR_MS).toISOString() },
  ];
  const { results } = await audit({
    suites: suites.filter(({ suite }) => stages.includes(suite.meta!.currents!.stage)),
    trino,
    catalog: 'slot_1',
    branch: 'slot_1',
    hash: 'h',
    pipeline: 'nem',
    run: { runId: 'r1', touched },
    readHead: async () => 'h',
    ...more,
  });
  const raised = results.flatMap((one) => one.results).filter((one) => one.exception_info.raised_exception);
  if (answerColumns) expect(raised.map((one) => one.exception_info.exception_message)).toEqual([]);
  return asked;
}

describe('the statements of an audit', () => {
  it('of a live run are one for the columns, two for what the run recorded, and few for the tables', async () => {
    const asked = await statementsFor(['bronze', 'silver'], 1 / 12);
    expect(asked.filter((sql) => sql.includes('information_schema'))).toHaveLength(1);
    expect(asked.filter((sql) => sql.includes('LIMIT 0'))).toEqual([]);
    expect(
      asked.filter((sql) => /FROM "slot_1"\.nem_ops\./.test(sql) && !sql.includes('CROSS')),
    ).toHaveLength(2);
    expect(asked).toHaveLength(6);
    expect(await statementsFor(['gold'], 1 / 12)).toHaveLength(2);
  });

  it('of a live run that leaves out tables it did not touch, with known columns, are four and one', async () => {
    const changed = [
      ...['case', 'dispatch', 'price', 'region', 'interconnector'].map((name) => `nem.bronze_${name}`),
      ...['dispatch', 'region', 'interconnector'].map((name) => `nem.silver_${name}_clean`),
    ];
    const columnsOf = async (): Promise<Map<string, Columns>> => columnsByTable();
    expect(await statementsFor(['bronze', 'silver'], 1 / 12, true, { changed, columnsOf })).toHaveLength(4);
    expect(await statementsFor(['gold'], 1 / 12, true, { changed, columnsOf })).toHaveLength(1);
  });

  it('of a chunk are one for each table', async () => {
    const ofData = suites.filter(({ suite }) => suite.meta!.currents!.stage !== 'gold');
    const tables = new Set(ofData.map(({ suite }) => suite.meta!.currents!.table));
    expect(await statementsFor(['bronze', 'silver'], 7 * 24)).toHaveLength(1 + 2 + tables.size);
  });

  it('ask a table by itself that the list of columns does not have', async () => {
    const asked = await statementsFor(['gold'], 1 / 12, false);
    expect(asked.filter((sql) => sql.includes('LIMIT 0'))).toHaveLength(5);
  });
});
