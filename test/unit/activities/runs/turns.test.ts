import { setImmediate as tick } from 'node:timers/promises';
import { Context } from '@temporalio/activity';
import type { Client } from '@temporalio/client';
import { MockActivityEnvironment } from '@temporalio/testing';
import { createRequestTurnResult } from '../../../../activities/runs/requestTurnResult';
import type { NoTurn, TurnOutcome, TurnRequest } from '../../../../core/lane';
import type { RefineResult } from '../../../../core/runs';

const REQUEST: TurnRequest = {
  pipeline: 'nem',
  kind: 'backfill',
  work: { kind: 'landed', batch: { manifestUri: 's3://x', records: 1 } },
  requestedBy: 'test',
};
const ASKER = '00000000-0000-0000-0000-000000000000/test';
const merged: TurnOutcome = { status: 'done', runId: '1', result: { status: 'merged' } as RefineResult };

interface FakeLane {
  client: Client;
  asked: string[];
  withdrawn: string[];
  answer(id: string, answer: TurnOutcome | NoTurn): void;
  /** Of the workflow that asks. */
  status: string;
}

/**
 * Always gives an update id the same answer, as the server does, and answers every withdrawal with
 * `withdrawn`.
 */
function fakeLane(): FakeLane {
  const waiting = new Map<string, PromiseWithResolve>();
  const of = (id: string): PromiseWithResolve => waiting.get(id) ?? waiting.set(id, deferred()).get(id)!;
  const lane: FakeLane = {
    client: {} as Client,
    asked: [],
    withdrawn: [],
    status: 'RUNNING',
    answer: (id, answer) => of(id).resolve(answer),
  };
  const workflow = {
    executeUpdateWithStart: async (_name: string, { updateId }: { updateId: string }) => {
      lane.asked.push(updateId);
      return of(updateId).promise;
    },
    getHandle: () => ({
      signal: async (_name: string, { requestId }: { requestId: string }) => {
        lane.withdrawn.push(requestId);
        lane.answer(requestId, { status: 'withdrawn' });
      },
      describe: async () => ({ status: { name: lane.status } }),
    }),
  };
  lane.client = {
    workflow,
    withAbortSignal: async (_signal: AbortSignal, ask: () => unknown) => ask(),
  } as unknown as Client;
  return lane;
}

type PromiseWithResolve = {
  promise: Promise<TurnOutcome | NoTurn>;
  resolve(answer: TurnOutcome | NoTurn): void;
};

function deferred(): PromiseWithResolve {
  let resolve: PromiseWithResolve['resolve'] = () => undefined;
  return {
    promise: new Promise((done) => {
      resolve = done;
    }),
    resolve: (answer) => resolve(answer),
  };
}

describe('a request that waits for its turn', () => {
  const attempt = (
    lane: FakeLane,
  ): { environment: MockActivityEnvironment; result: Promise<RefineResult> } => {
    const environment = new MockActivityEnvironment();
    const activities = createRequestTurnResult({
      client: lane.client,
      signal: () => Context.current().cancellationSignal,
    });
    const result = environment.run<[TurnRequest], RefineResult, typeof activities.requestTurnResult>(
      activities.requestTurnResult,
      REQUEST,
    );
    result.catch(() => undefined);
    return { environment, result };
  };

  it('is taken back when its activity is cancelled', async () => {
    const lane = fakeLane();
    const { environment, result } = attempt(lane);
    environment.cancel('CANCELLED');
    await expect(result).rejects.toMatchObject({ name: 'CancelledFailure', message: 'CANCELLED' });
    expect(lane.withdrawn).toEqual([ASKER]);
  });

  it('gets the end of its run although it is cancelled once that is under way', async () => {
    const lane = fakeLane();
    const { environment, result } = attempt(lane);
    lane.answer(ASKER, merged);
    environment.cancel('CANCELLED');
    await expect(result).resolves.toEqual({ status: 'merged' });
  });

  it.each(['TIMED_OUT', 'WORKER_SHUTDOWN', 'PAUSED', 'RESET', 'NOT_FOUND'] as const)(
    'keeps its turn when the attempt ends for %s, and the next attempt joins it',
    async (reason) => {
      const lane = fakeLane();
      const first = attempt(lane);
      first.environment.cancel(reason);
      await expect(first.result).rejects.toMatchObject({ name: 'CancelledFailure', message: reason });
      await tick();
      expect(lane.withdrawn).toEqual([]);
      const second = attempt(lane);
      lane.answer(ASKER, merged);
      await expect(second.result).resolves.toEqual({ status: 'merged' });
      expect(lane.asked).toEqual([ASKER, ASKER]);
    },
  );

  it('is taken back when the workflow that asks has ended', async () => {
    const lane = fakeLane();
    lane.status = 'TERMINATED';
    const { environment, result } = attempt(lane);
    environment.cancel('NOT_FOUND');
    await expect(result).rejects.toMatchObject({ message: 'NOT_FOUND' });
    await tick();
    expect(lane.withdrawn).toEqual([ASKER]);
  });

  it('is requested again when it was withdrawn without a cancellation, and is not requested twice', async () => {
    const lane = fakeLane();
    lane.answer(ASKER, { status: 'withdrawn' });
    const first = attempt(lane);
    await tick();
    first.environment.cancel('WORKER_SHUTDOWN');
    await expect(first.result).rejects.toMatchObject({ message: 'WORKER_SHUTDOWN' });
    const second = attempt(lane);
    await tick();
    lane.answer(`${ASKER}/1`, merged);
    await expect(second.result).resolves.toEqual({ status: 'merged' });
    expect(lane.asked).toEqual([ASKER, `${ASKER}/1`, ASKER, `${ASKER}/1`]);
  });

  it('does not follow a lane that moves on once it is cancelled', async () => {
    const lane = fakeLane();
    const { environment, result } = attempt(lane);
    lane.answer(ASKER, { status: 'moved' });
    environment.cancel('CANCELLED');
    await expect(result).rejects.toMatchObject({ message: 'CANCELLED' });
    expect(lane.asked).toEqual([ASKER]);
  });
});
