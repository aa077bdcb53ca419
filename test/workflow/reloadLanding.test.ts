import type { WorkflowFailedError } from '@temporalio/client';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import type { ReloadChunk, StagedLanding } from '../../activities/bulk/stageLanding';
import { TASK_QUEUES } from '../../core/ids';
import type { ReloadResult } from '../../workflows/reloadLanding';
import { inEnvironment, withWorkers } from './support/environment';
import { fakeLake } from './support/fakeLake';

jest.setTimeout(120_000);

const RANGE = { from: '2026-01-01T06:00:00+10:00', to: '2026-01-03' };
const gap = (intervals: number, first: string, last: string): StagedLanding['unlanded'] => ({
  DISPATCHIS: { intervals, first, last },
});

describe('a range made again from landing', () => {
  let environment: TestWorkflowEnvironment;
  inEnvironment((started) => (environment = started));

  let reloads = 0;
  /** Reloads three days, of which each finds what is given for it; `chunks` is what was asked for. */
  async function reload(
    found: StagedLanding[],
  ): Promise<{ result: Promise<ReloadResult>; chunks: ReloadChunk[]; calls: string[] }> {
    const lake = fakeLake(environment.client);
    const chunks: ReloadChunk[] = [];
    lake.activities['stageLanding'] = async (chunk: never) => found[chunks.push(chunk) - 1];
    const result = withWorkers(environment, lake.activities, () =>
      environment.client.workflow.execute('reloadLanding', {
        taskQueue: TASK_QUEUES.control,
        workflowId: `reload/${(reloads += 1)}`,
        args: [{ pipeline: 'nem', target: `reload${reloads}`, ...RANGE }],
      }),
    );
    await result.catch(() => undefined);
    return { result: result as Promise<ReloadResult>, chunks, calls: lake.calls };
  }

  it('reports each day of the whole range, files missing in landing and tables taken whole', async () => {
    const batch = { manifestUri: 's3://x/day.json', records: 7 };
    const { result, chunks } = await reload([
      { batch, files: 3, quarantined: 0, wholeTables: ['month.zip'], unlanded: gap(2, 'a', 'b') },
      { batch: null, files: 0, quarantined: 0, wholeTables: [], unlanded: gap(288, 'c', 'd') },
      { batch, files: 1, quarantined: 1, wholeTables: [], unlanded: {} },
    ]);
    expect(await result).toMatchObject({
      chunks: 2,
      files: 4,
      quarantined: 1,
      wholeTables: ['month.zip'],
      unlanded: gap(290, 'a', 'd'),
    });
    expect(chunks.map(({ whole }) => whole)).toEqual(
      Array.from({ length: 3 }, () => ({ from: '2025-12-31T20:00:00.000Z', to: '2026-01-03T00:00:00.000Z' })),
    );
  });

  it('is no success where landing has nothing of it', async () => {
    const nothing = { batch: null, files: 0, quarantined: 0, wholeTables: [], unlanded: gap(288, 'a', 'b') };
    const { result, calls } = await reload([nothing, nothing, nothing]);
    const error = await result.catch((reason: unknown) => reason as WorkflowFailedError);
    expect(error).toMatchObject({
      cause: {
        type: 'NOTHING_LANDED',
        message: expect.stringContaining('from 2026-01-01T06:00:00+10:00 to 2026-01-03') as string,
      },
    });
    expect(calls).not.toContain('refineTables');
  });

  it('is one where all that landing has could not be trusted', async () => {
    const letter = { batch: { manifestUri: 's3://x/day.json', records: 1 }, files: 0, quarantined: 1 };
    const nothing = { batch: null, files: 0, quarantined: 0 };
    expect(await (await reload([letter, nothing, nothing])).result).toMatchObject({
      chunks: 1,
      quarantined: 1,
      unlanded: {},
    });
  });
});
