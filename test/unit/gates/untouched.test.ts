import { audit, type Audit } from '../../../activities/gates/auditTables';
import { changedTables } from '../../../activities/gates/auditedCommit';
import { loadSuites } from '../../../activities/gates/gateSuites';
import { gateResultRows } from '../../../core/gates/resultRows';
import { isUntouched } from '../../../core/gates/untouched';
import type { Content } from '../../../nessie/model';
import { pipelineNamed } from '../../../pipelines/registry';
import type { Cell, TrinoClient } from '../../../trino/client';

const nem = pipelineNamed('nem');
const suites = loadSuites('nem').filter(({ suite }) => suite.meta!.currents!.stage !== 'gold');
const named = (...names: string[]) => suites.filter(({ suite }) => names.includes(suite.name));

/** What a five-minute run writes: no rooftop, no forecast, no next-day report. */
const OF_A_LIVE_RUN = [
  ...['case', 'dispatch', 'price', 'region', 'interconnector'].map((name) => `nem.bronze_${name}`),
  ...['dispatch', 'region', 'interconnector'].map((name) => `nem.silver_${name}_clean`),
  ...['refine_counts', 'ingest_ledger'].map((name) => `nem_ops.${name}`),
];

describe('what a suite follows from', () => {
  const untouchedBy = (...changed: string[]): string[] =>
    suites
      .filter((loaded) => isUntouched(nem, loaded, loaded.suite.meta!.currents!.table, changed))
      .map(({ suite }) => suite.name.replace('nem.', ''));

  it('is its table, what that is made from, and what its queries name', () => {
    const touchedBy = (...changed: string[]): string[] => {
      const untouched = untouchedBy(...changed);
      return suites
        .map(({ suite }) => suite.name.replace('nem.', ''))
        .filter((name) => !untouched.includes(name));
    };
    expect(touchedBy('nem.silver_rooftop_clean')).toEqual(['bronze_rooftop', 'silver_rooftop']);
    // By what silver is made from, and not by the first half of another table's name.
    expect(touchedBy('nem.bronze_price')).toEqual(['bronze_price', 'silver_region']);
    expect(touchedBy('nem.interconnector_metadata')).toEqual(['silver_interconnector']);
    expect(touchedBy('nem.region_metadata')).toEqual([
      'silver_region',
      'silver_rooftop',
      'silver_trading_price',
    ]);
    expect(touchedBy('nem_ops.ingest_ledger')).toEqual([]);
  });

  it('leaves out ten of eighteen suites in a live run', () => {
    expect(untouchedBy(...OF_A_LIVE_RUN)).toEqual(
      ['bronze', 'silver'].flatMap((stage) =>
        ['price_forecast', 'rooftop', 'rooftop_forecast', 'trading_price', 'unit_solution'].map(
          (stream) => `${stage}_${stream}`,
        ),
      ),
    );
  });

  it('is known by the catalog: a table with another metadata file, one more, or one less', () => {
    const table = (metadataLocation: string): Content => ({
      type: 'ICEBERG_TABLE',
      id: 'i',
      metadataLocation,
    });
    const before = new Map([
      ['nem.same', table('a')],
      ['nem.written', table('b')],
      ['nem.gone', table('c')],
    ]);
    const after = new Map([
      ['nem.same', table('a')],
      ['nem.written', table('d')],
      ['nem.made', table('e')],
    ]);
    expect(changedTables(before, after).sort()).toEqual(['nem.gone', 'nem.made', 'nem.written']);
  });
});

/** Audits suites of tables that the run did not touch; the run's counts and its completeness are as given. */
async function auditUntouched(
  loaded: typeof suites,
  { counts = [], completeness = ['0', '0', '0'] }: { counts?: Cell[][]; completeness?: string[] },
): Promise<Audit & { asked: string[] }> {
  const asked: string[] = [];
  const trino = {
    runQuery: async (sql: string) => {
      asked.push(sql);
      if (sql.includes('information_schema')) {
        const columns = ['trading_interval', 'trading_date', 'region_id', 'unit_id', 'interconnector_id'];
        const tables = loaded.map(({ suite }) => suite.meta!.currents!.table.split('.'));
        return {
          columns: [],
          rows: tables.flatMap((table) => columns.map((column) => [...table, column, 'timestamp(6)'])),
        };
      }
      if (sql.includes('refine_counts')) return { columns: [], rows: counts };
      if (sql.includes('dead_letters')) return { columns: [], rows: [] };
      if (sql.includes('LIMIT 10')) return { columns: [], rows: [] };
      return { columns: [], rows: [['10', '1', '1', ...completeness]] };
    },
  } as unknown as TrinoClient;
  const found = await audit({
    suites: loaded,
    trino,
    catalog: 'slot_1',
    branch: 'slot_1',
    hash: 'h',
    pipeline: 'nem',
    run: {
      runId: 'r1',
      touched: [{ from: '2026-11-20T01:00:00.000Z', to: '2026-11-20T01:05:00.000Z' }],
    },
    changed: ['nem.bronze_case', 'nem_ops.refine_counts'],
    readHead: async () => 'h',
  });
  return { ...found, asked };
}

describe('the audit of a table that the run did not touch', () => {
  it('asks nothing of the table, and says that it was not touched and not that it passed', async () => {
    const { asked, results, verdict, lines } = await auditUntouched(
      named('nem.bronze_rooftop', 'nem.silver_trading_price'),
      {},
    );
    expect(
      asked.filter((sql) => /bronze_rooftop"|silver_trading_price|information_schema/.test(sql)),
    ).toEqual([]);
    expect(
      results.map((one) => one.results.map(({ expectation_config }) => expectation_config.type)),
    ).toEqual([
      ['currents_note_not_touched', 'currents_expect_reconciliation', 'currents_expect_dead_letter_ratio'],
      ['currents_note_not_touched'],
    ]);
    expect(verdict).toMatchObject({ passed: true, evaluated: 2 });
    expect(lines.notes).toEqual([
      'ℹ nem.bronze_rooftop: not touched by this run',
      'ℹ nem.silver_trading_price_clean: not touched by this run',
    ]);
    const [row] = gateResultRows(results[1]!, null);
    expect(row).toMatchObject({ expectation: 'currents_note_not_touched', severity: 'info', evaluated: 0 });
    expect(row!.detail).toContain('were not evaluated');
  });

  it('fails when the run counts rows that the table does not have', async () => {
    const { verdict, lines } = await auditUntouched(named('nem.bronze_rooftop'), {
      counts: [['nem.silver_rooftop_clean', '5', '5', '5']],
    });
    expect(verdict).toMatchObject({ passed: false, failedCritical: 1 });
    expect(lines.failures).toEqual([expect.stringContaining('every record accounted for')]);
  });

  it('fails when units of its intervals are missing', async () => {
    const silver = named('nem.silver_interconnector');
    const whole = await auditUntouched(silver, { completeness: ['8', '8', '1'] });
    expect(whole.verdict).toMatchObject({ passed: true, evaluated: 2 });
    const thin = await auditUntouched(silver, { completeness: ['8', '2', '1'] });
    expect(thin.verdict).toMatchObject({ passed: false, onlyIncomplete: true });
  });
});
