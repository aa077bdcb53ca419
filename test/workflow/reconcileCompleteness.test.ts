import type { WorkflowHandle } from '@temporalio/client';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { applySchedules } from '../../cli/support/reconcileSchedules';
import type { ReconcileResult } from '../../workflows/reconcileCompleteness';
import { inEnvironment, withWorkers } from './support/environment';
import { fakeLake, type FakeLake } from './support/fakeLake';

jest.setTimeout(60_000);

const REPORTS = { DISPATCHSCADA: { expected: 288, present: 250, sourceGaps: 2, unavailable: 0 } };

interface FakePlan {
  from: string;
  to: string;
  chunk: number;
  leaveBlocked: boolean;
}

function lakeThatLacks(
  environment: TestWorkflowEnvironment,
  backfill: boolean,
): FakeLake & { plans: FakePlan[] } {
  const lake = Object.assign(fakeLake(environment.client), { plans: [] as FakePlan[] });
  Object.assign(lake.activities, {
    measureCompleteness: async () => ({ from: '2026-01-01T00:00:00.000Z', reports: REPORTS, backfill }),
    planBackfillRange: async ({ settings }: { settings: FakePlan }) => {
      lake.plans.push(settings);
      return {
        planUri: 's3://x',
        chunks: 0,
        archives: 0,
        archive_bytes: 0,
        current: { from: '2026-01-01T00:00:00Z', to: '2026-01-01T00:15:00Z' },
        reports: REPORTS,
      };
    },
  });
  return lake;
}

describe('reconciling completeness', () => {
  let environment: TestWorkflowEnvironment;
  inEnvironment((started) => (environment = started));

  const reconcile = (id: string): Promise<ReconcileResult> =>
    environment.client.workflow.execute('reconcileCompleteness', {
      taskQueue: 'control',
      workflowId: id,
      args: [{ pipeline: 'nem' }],
    });
  const backfill = (): WorkflowHandle => environment.client.workflow.getHandle('reconcile/nem/backfill');

  it('fills gaps of the lake, and takes files of only the newest listing in one refine run', async () => {
    const lake = lakeThatLacks(environment, true);
    await withWorkers(environment, lake.activities, async () => {
      expect(await reconcile('fill')).toMatchObject({
        reports: REPORTS,
        filledBy: { workflowId: 'reconcile/nem/backfill', status: 'started' },
      });
      expect(await backfill().result()).toMatchObject({ status: 'done', chunks: 0 });
    });
    expect(lake.plans).toMatchObject([{ from: '2026-01-01T00:00:00.000Z', chunk: 1, leaveBlocked: true }]);
    expect(lake.calls.filter((name) => name === 'ingestFile')).toHaveLength(3);
    expect(lake.calls.filter((name) => name === 'refineTables')).toHaveLength(1);
  });

  it('measures again while the backfill of an earlier run waits, and starts no second one', async () => {
    const lake = lakeThatLacks(environment, true);
    let measured = 0;
    const { measureCompleteness, planBackfillRange } = lake.activities;
    lake.activities.measureCompleteness = async (input: never) => {
      measured += 1;
      return measureCompleteness!(input);
    };
    let letGo: () => void = () => undefined;
    const mayPlan = new Promise<void>((resolve) => (letGo = resolve));
    lake.activities.planBackfillRange = async (input: never) => mayPlan.then(() => planBackfillRange!(input));
    await withWorkers(environment, lake.activities, async () => {
      const statuses = [await reconcile('tick-1'), await reconcile('tick-2')].map(
        ({ filledBy }) => filledBy?.status,
      );
      expect({ statuses, measured }).toEqual({ statuses: ['started', 'already_running'], measured: 2 });
      letGo();
      expect(await backfill().result()).toMatchObject({ status: 'done' });
      expect((await reconcile('tick-3')).filledBy?.status).toBe('started');
      await backfill().result();
    });
    expect(lake.plans).toHaveLength(2);
  });

  it('only reports when there is nothing to fetch, or filling is switched off', async () => {
    const lake = lakeThatLacks(environment, false);
    expect((await withWorkers(environment, lake.activities, () => reconcile('report'))).filledBy).toBeNull();
    expect(lake.plans).toEqual([]);
  });

  it('starts nothing for what waits for an operator, says so, and hides no gap', async () => {
    const lake = lakeThatLacks(environment, false);
    lake.activities.measureCompleteness = async () => ({
      from: '2026-01-01T00:00:00.000Z',
      reports: REPORTS,
      backfill: false,
      blocked: ['day.zip'],
    });
    const result = await withWorkers(environment, lake.activities, () => reconcile('blocked'));
    expect(result).toMatchObject({ filledBy: null, reports: REPORTS, blocked: ['day.zip'] });
    expect(lake.plans).toEqual([]);
  });

  it('takes a day by its nominal time from a backfill of the schedule kept for it', async () => {
    const lake = lakeThatLacks(environment, false);
    await applySchedules(environment.client);
    const schedule = environment.client.schedule.getHandle('backfill-nem');
    expect((await schedule.describe()).state.paused).toBe(true);
    await withWorkers(environment, lake.activities, async () => {
      const start = new Date('2026-01-01T13:00:00Z');
      await schedule.backfill({ start, end: new Date('2026-01-02T13:00:00Z'), overlap: 'BUFFER_ALL' });
      while (lake.plans.length === 0) await new Promise((resolve) => setTimeout(resolve, 50));
      await environment.client.workflow.getHandle('backfill/nem-2026-01-01T14:00:00Z').result();
    });
    expect(lake.plans).toMatchObject([{ from: '2026-01-01T14:00:00.000Z', to: '2026-01-02T14:00:00.000Z' }]);
    for (const name of ['ingest-nem', 'reconcile-nem', 'backfill-nem'])
      await environment.client.schedule.getHandle(name).delete();
  });
});
