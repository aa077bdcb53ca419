import { ApplicationFailure, ApplicationFailureCategory } from '@temporalio/common';
import { ScheduleOverlapPolicy } from '@temporalio/client';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import type { FindFilesInput, FindFilesResult } from '../../activities/ingest/ingest';
import { applySchedules } from '../../cli/support/reconcileSchedules';
import type { IngestCounts } from '../../core/runs';
import { getLaneState } from '../../workflows/messages';
import { inEnvironment, withWorkers } from './support/environment';
import { fakeLake } from './support/fakeLake';

jest.setTimeout(60_000);

describe('ingesting an interval', () => {
  let environment: TestWorkflowEnvironment;
  inEnvironment((started) => (environment = started));

  it("takes the interval from the schedule's nominal time, never from the clock", async () => {
    const lake = fakeLake(environment.client);
    const asked: FindFilesInput[] = [];
    const { findSourceFiles } = lake.activities;
    lake.activities.findSourceFiles = async (input: never) => {
      asked.push(input);
      return findSourceFiles!(input);
    };
    await applySchedules(environment.client);
    const schedule = environment.client.schedule.getHandle('ingest-nem');
    await schedule.pause('test');
    const nominal = new Date('2026-01-01T00:05:00Z');
    await withWorkers(environment, lake.activities, async () => {
      await schedule.backfill({ start: nominal, end: nominal, overlap: ScheduleOverlapPolicy.ALLOW_ALL });
      await started('ingest/nem-2026-01-01T00:05:00Z');
      await environment.client.workflow.getHandle('ingest/nem-2026-01-01T00:05:00Z').result();
      await laneIdle();
    });
    expect(asked[0]!.interval).toEqual({ start: '2026-01-01T00:05:00Z', end: '2026-01-01T00:10:00Z' });
    await schedule.delete();
  });

  it('asks again, quietly, until the source has published', async () => {
    const lake = fakeLake(environment.client);
    const { findSourceFiles } = lake.activities;
    let asked = 0;
    lake.activities.findSourceFiles = async (input: never) => {
      asked += 1;
      if (asked < 3)
        throw ApplicationFailure.create({
          type: 'SOURCE_NOT_PUBLISHED',
          category: ApplicationFailureCategory.BENIGN,
          nextRetryDelay: 50,
          message: 'not yet',
        });
      return findSourceFiles!(input);
    };
    const counts = await withWorkers(environment, lake.activities, async () => {
      const result = (await environment.client.workflow.execute('ingestInterval', {
        taskQueue: 'control',
        workflowId: 'by-hand',
        args: [{ pipeline: 'nem', intervalStart: '2026-01-01T00:00:00Z' }],
      })) as IngestCounts;
      await laneIdle();
      return result;
    });
    expect(lake.calls).toContain('publishRun');
    expect(asked).toBe(3);
    expect(counts).toMatchObject({ files: 1, rows: 9, deadLetters: 1, missing: [] });
  });

  it.each([
    ['requests a run over files that an interrupted attempt has published', 'cut-off', 1],
    ['asks for none where all files were seen before', 'seen', 0],
  ])('%s', async (_, workflowId, files) => {
    const lake = fakeLake(environment.client);
    const found = (await lake.activities.findSourceFiles!(undefined as never)) as FindFilesResult;
    lake.activities.findSourceFiles = async () => ({ ...found, files: found.files.slice(0, files) });
    lake.activities.ingestFile = async () => ({
      name: 'x.zip',
      status: 'seen',
      reason: null,
      rows: 0,
      deadLetters: 0,
      addedColumns: [],
      missingColumns: [],
    });
    await withWorkers(environment, lake.activities, async () => {
      await environment.client.workflow.execute('ingestInterval', {
        taskQueue: 'control',
        workflowId,
        args: [{ pipeline: 'nem', intervalStart: '2026-01-01T00:00:00Z' }],
      });
      await laneIdle();
    });
    expect(lake.calls.filter((name) => name === 'planBatch')).toHaveLength(files);
  });

  it('fails with a hint when no interval is given', async () => {
    const lake = fakeLake(environment.client);
    const run = withWorkers(environment, lake.activities, () =>
      environment.client.workflow.execute('ingestInterval', {
        taskQueue: 'control',
        workflowId: 'nameless',
        args: [{ pipeline: 'nem' }],
      }),
    );
    await expect(run).rejects.toMatchObject({ cause: { type: 'INVALID_INTERVAL' } });
  });

  /**
   * The interval asks for a refine run and does not wait for it; workers must not be stopped under that run.
   */
  async function laneIdle(): Promise<void> {
    for (let tries = 0; tries < 100; tries += 1) {
      const { running, queued } = await environment.client.workflow.getHandle('lane/nem').query(getLaneState);
      if (!running && queued.length === 0) return;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error('expected the lane to fall idle within ten seconds, it did not');
  }

  /** A backfill starts its workflows a moment after it was asked for. */
  async function started(workflowId: string): Promise<void> {
    for (let tries = 0; tries < 100; tries += 1) {
      if (
        await environment.client.workflow
          .getHandle(workflowId)
          .describe()
          .then(
            () => true,
            () => false,
          )
      )
        return;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error(`expected ${workflowId} to start within ten seconds, it did not`);
  }
});
