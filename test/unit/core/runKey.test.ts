import { runKey } from '../../../core/ids';
import { attributionQueries } from '../../../core/gates/attribution';
import { homeFolder } from '../../../settings/homeFolder';

describe('two runs with one run id in two pipelines', () => {
  const runs = ['nem', 'iot'].map((pipeline) => ({ pipeline, runId: '20260101T000500Z' }));

  it('have keys of their own', () => {
    expect(runs.map(runKey)).toEqual(['nem/20260101T000500Z', 'iot/20260101T000500Z']);
  });

  it('have dbt folders of their own', () => {
    const folders = runs.map(({ pipeline, runId }) => homeFolder.dbtRun('/home', pipeline, runId));
    expect(new Set(folders).size).toBe(2);
  });

  it("are not blamed for each other's files", () => {
    const tablesOf = (index: number): string => {
      const { pipeline, runId } = runs[index]!;
      const offending = { sql: 'SELECT 1', columns: ['source_sha256'] };
      const request = {
        catalog: 'slot_1',
        pipeline,
        runId,
        bronze: [`${pipeline}.bronze`],
        keys: [],
        timeColumn: undefined,
        offending,
      };
      return attributionQueries(request, () => [])
        .map(({ sql }) => sql)
        .join();
    };
    expect(tablesOf(0)).toContain('"nem_ops"."dead_letters"');
    expect(tablesOf(0)).not.toContain('iot');
    expect(tablesOf(1)).not.toContain('nem');
  });
});
