import type { Client } from '@temporalio/client';
import { MockActivityEnvironment } from '@temporalio/testing';
import { createCloseRun, type CloseRunDeps } from '../../../../activities/runs/closeRun';
import { runIdAt } from '../../../../core/ids';
import { DAY_MS } from '../../../../core/interval';
import { memoryLake, type MemoryLake } from '../spark/memoryLake';

const daysAgo = (days: number): number => Date.now() - days * DAY_MS;
const OLD = runIdAt(daysAgo(20));
const CLOSING = runIdAt(daysAgo(19));
const YOUNG = runIdAt(daysAgo(1));

describe('closeRun', () => {
  /** A lake with failed branches, each of a run asked for then and with a newest commit so many days old. */
  function lakeWith(failed: Record<string, number>): MemoryLake {
    const lake = memoryLake();
    for (const runId of Object.keys(failed)) lake.branches.set(`failed/nem/${runId}`, runId);
    lake.deps.nessie.log = async ({ hash }) => [
      {
        hash: hash!,
        message: '',
        committed_at: new Date(daysAgo(failed[hash!]!)).toISOString(),
        properties: {},
        parents: [],
      },
    ];
    return lake;
  }

  /** Lanes by id, with the run that holds each; an error where the lane can't be asked. */
  async function close(lake: MemoryLake, lanes: Record<string, string | Error> = {}): Promise<string[]> {
    const workflow = {
      list: async function* () {
        for (const workflowId of Object.keys(lanes)) yield { workflowId };
      },
      getHandle: (id: string) => ({
        executeUpdate: async () => undefined,
        query: async () =>
          lanes[id] instanceof Error ? Promise.reject(lanes[id]) : { held: { runId: lanes[id] } },
      }),
    };
    const config = { ...lake.deps.config, FAILED_BRANCH_DAYS: 7 };
    const { closeRun } = createCloseRun({
      ...lake.deps,
      config,
      client: { workflow } as unknown as Client,
    } as unknown as CloseRunDeps);
    await new MockActivityEnvironment().run(closeRun, {
      pipeline: 'nem',
      runId: CLOSING,
      branch: 'main',
      slot: 'slot_1',
      holder: `refine/nem/${CLOSING}`,
    });
    return [...lake.branches.keys()]
      .filter((name) => name.startsWith('failed/'))
      .map((name) => name.slice('failed/nem/'.length));
  }

  it('drops failed branches past their time', async () => {
    expect(await close(lakeWith({ [OLD]: 20, [YOUNG]: 1 }), { 'lane/nem': YOUNG })).toEqual([YOUNG]);
  });

  it('keeps one whose run was asked for long before it could begin', async () => {
    expect(await close(lakeWith({ [OLD]: 1 }))).toEqual([OLD]);
  });

  it('keeps the one of the run that it closes, which may be about to hold the lane', async () => {
    expect(await close(lakeWith({ [OLD]: 20, [CLOSING]: 19 }))).toEqual([CLOSING]);
  });

  it.each(['lane/nem', 'lane/nem@feature'])(
    'keeps the one of a run that holds %s, however old',
    async (lane) => {
      expect(await close(lakeWith({ [OLD]: 20 }), { [lane]: OLD })).toEqual([OLD]);
      expect(await close(lakeWith({ [OLD]: 20 }), { 'lane/other': OLD })).toEqual([]);
    },
  );

  it("keeps them all, and does not fail, while a lane can't be asked", async () => {
    expect(await close(lakeWith({ [OLD]: 20 }), { 'lane/nem': new Error('no answer') })).toEqual([OLD]);
  });
});
