import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { applySchedules } from '../../cli/reconcileSchedules';
import type { ReconcileResult } from '../../workflows/reconcileCompleteness';
import { startEnvironment, withWorkers } from './support/environment';
import { fakeLake, type FakeLake } from './support/fakeLake';

jest.setTimeout(60_000);

const REPORTS = { DISPATCHSCADA: { expected: 288, present: 250, sourceGaps: 2, unavailable: 0 } };

function lakeThatLacks(environment: TestWorkflowEnvironment, backfill: boolean): FakeLake & { planned: { from: string; to: string }[] } {
  const lake = Object.assign(fakeLake(environment.client), { planned: [] as { from: string; to: string }[] });
  Object.assign(lake.activities, {
    measureCompleteness: async () => ({ from: '2026-01-01T00:00:00.000Z', reports: REPORTS, backfill }),
    planBackfillRange: async ({ settings }: { settings: { from: string; to: string } }) => {
      lake.planned.push(settings);
      return { planUri: 's3://x', chunks: 0, archives: 0, archive_bytes: 0, current: { from: '2026-01-01T00:00:00Z', to: '2026-01-01T00:15:00Z' }, reports: REPORTS };
    },
  });
  return lake;
}

describe('reconciling completeness', () => {
  let environment: TestWorkflowEnvironment;
  beforeAll(async () => {
    environment = await startEnvironment();
  });
  afterAll(async () => environment?.teardown());

  const reconcile = (id: string): Promise<ReconcileResult> => environment.client.workflow.execute('reconcileCompleteness', { taskQueue: 'control', workflowId: id, args: [{ pipeline: 'nem' }] });

  it('fills what the lake lacks, and what only the newest listing has in one refine run', async () => {
    const lake = lakeThatLacks(environment, true);
    const result = await withWorkers(environment, lake.activities, () => reconcile('fill'));
    expect(result).toMatchObject({ reports: REPORTS, filled: { status: 'done', chunks: 0 } });
    expect(lake.planned).toMatchObject([{ from: '2026-01-01T00:00:00.000Z' }]);
    expect(lake.calls.filter((name) => name === 'ingestFile')).toHaveLength(3);
    expect(lake.calls.filter((name) => name === 'refineTables')).toHaveLength(1);
  });

  it('only reports when there is nothing to fetch, or filling is switched off', async () => {
    const lake = lakeThatLacks(environment, false);
    expect((await withWorkers(environment, lake.activities, () => reconcile('report'))).filled).toBeNull();
    expect(lake.planned).toEqual([]);
  });

  it('takes a day by its nominal time from a backfill of the schedule kept for it', async () => {
    const lake = lakeThatLacks(environment, false);
    await applySchedules(environment.client);
    const schedule = environment.client.schedule.getHandle('backfill-nem');
    expect((await schedule.describe()).state.paused).toBe(true);
    await withWorkers(environment, lake.activities, async () => {
      const start = new Date('2026-01-01T13:00:00Z');
      await schedule.backfill({ start, end: new Date('2026-01-02T13:00:00Z'), overlap: 'BUFFER_ALL' });
      while (lake.planned.length === 0) await new Promise((resolve) => setTimeout(resolve, 50));
      await environment.client.workflow.getHandle('backfill/nem-2026-01-01T14:00:00Z').result();
    });
    expect(lake.planned).toMatchObject([{ from: '2026-01-01T14:00:00.000Z', to: '2026-01-02T14:00:00.000Z' }]);
    for (const name of ['ingest-nem', 'reconcile-nem', 'backfill-nem']) await environment.client.schedule.getHandle(name).delete();
  });
});
