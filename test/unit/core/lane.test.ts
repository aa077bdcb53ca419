import {
  LaneQueue,
  grantedWork,
  type QueuedTurn,
  type TurnOutcome,
  type TurnRequest,
} from '../../../core/lane';
import type { RefineResult, RunKind } from '../../../core/runs';

const request = (kind: RunKind, extra: Partial<TurnRequest> = {}): TurnRequest => ({
  pipeline: 'nem',
  kind,
  requestedBy: 'test',
  ...extra,
});
const merged = (turn: QueuedTurn): TurnOutcome => ({
  status: 'done',
  runId: turn.runId,
  result: { status: 'merged' } as RefineResult,
});
const gateFailed = (turn: QueuedTurn): TurnOutcome => ({
  status: 'failed',
  runId: turn.runId,
  failure: { code: 'GATE_FAILED', message: 'x', hint: '', details: { branch: 'failed/nem/1' } },
});

function laneWithIds(): { lane: LaneQueue; add(turn: TurnRequest): QueuedTurn } {
  let last = 0;
  const lane = new LaneQueue('nem', 'main', null);
  return { lane, add: (turn) => lane.add(turn, () => String((last += 1))) };
}

describe('a lane', () => {
  it('serves plain requests that wait with one run', () => {
    const { lane, add } = laneWithIds();
    expect(add(request('live')).runId).toBe(add(request('live')).runId);
    expect(lane.state().queued).toHaveLength(1);
  });

  it('starts a new run for a request that comes while one runs, since that one has fixed its work', () => {
    const { lane, add } = laneWithIds();
    const first = add(request('live'));
    lane.next('t');
    expect(add(request('live')).runId).not.toBe(first.runId);
  });

  it('lets operators go before live runs', () => {
    const { lane, add } = laneWithIds();
    add(request('live'));
    const operator = add(request('operator', { work: { kind: 'gold' } }));
    expect(lane.next('t')?.runId).toBe(operator.runId);
  });

  it('raises a waiting live run that an operator joins', () => {
    const { lane, add } = laneWithIds();
    add(request('live'));
    add(request('operator'));
    expect(lane.state().queued).toEqual([expect.objectContaining({ kind: 'operator' })]);
  });

  it('never joins requests that do something of their own', () => {
    const { add } = laneWithIds();
    const load = request('metadata', { work: { kind: 'reference', load: { tables: {}, sourceName: 'a' } } });
    expect(add(load).runId).not.toBe(add(load).runId);
  });

  it('holds live runs after a failed gate, and goes on once an operator run has merged', () => {
    const { lane, add } = laneWithIds();
    add(request('live'));
    const failed = lane.next('t')!;
    lane.finish(failed, gateFailed(failed), 't');
    add(request('live'));
    expect(lane.hasNext()).toBe(false);
    expect(lane.state().held).toMatchObject({ runId: failed.runId, failedBranch: 'failed/nem/1' });
    add(request('operator', { decides: { runId: failed.runId, reason: 'mended' } }));
    const retry = lane.next('t')!;
    expect(retry.kind).toBe('operator');
    lane.finish(retry, merged(retry), 't');
    expect(lane.hasNext()).toBe(true);
    expect(lane.state().held).toBeNull();
  });

  it("does not hold for a failure that is not the data's", () => {
    const { lane, add } = laneWithIds();
    add(request('live'));
    const turn = lane.next('t')!;
    lane.finish(
      turn,
      {
        status: 'failed',
        runId: turn.runId,
        failure: { code: 'SPARK_JOB_FAILED', message: '', hint: '', details: {} },
      },
      't',
    );
    expect(lane.state().held).toBeNull();
  });

  const failing = (code: string, turn: QueuedTurn, details: Record<string, unknown> = {}): TurnOutcome => ({
    status: 'failed',
    runId: turn.runId,
    failure: { code, message: '', hint: '', details },
  });

  it("holds for records that Kafka has lost: a topic that grows past the ledger's end would hide it", () => {
    const { lane, add } = laneWithIds();
    add(request('live'));
    const turn = lane.next('t')!;
    lane.finish(turn, failing('KAFKA_REWOUND', turn), 't');
    expect(lane.state().held).toMatchObject({ runId: turn.runId, code: 'KAFKA_REWOUND' });
  });

  it.each<[string, TurnRequest]>([
    [
      'a rebuild',
      request('operator', { work: { kind: 'landed', batch: { manifestUri: 's3://x', records: 1 } } }),
    ],
    [
      'a metadata load',
      request('metadata', { work: { kind: 'reference', load: { tables: {}, sourceName: 'a' } } }),
    ],
    ['a gold-only run', request('operator', { work: { kind: 'gold' } })],
  ])('does not hold for %s that fails a gate: live runs do not meet it', (_name, asked) => {
    const { lane, add } = laneWithIds();
    add(asked);
    const turn = lane.next('t')!;
    lane.finish(turn, gateFailed(turn), 't');
    expect(lane.state().held).toBeNull();
  });

  function heldLane(): { lane: LaneQueue; add(turn: TurnRequest): QueuedTurn; held: string } {
    const { lane, add } = laneWithIds();
    add(request('live'));
    const turn = lane.next('t')!;
    lane.finish(
      turn,
      failing('GATE_FAILED', turn, {
        branch: 'failed/nem/1',
        ranges: [{ topic: 't', partition: 0, start: 5, end: 9 }],
      }),
      't',
    );
    return { lane, add, held: turn.runId };
  }

  it('keeps what of Kafka the held run had taken', () => {
    expect(heldLane().lane.heldRun()?.ranges).toEqual([{ topic: 't', partition: 0, start: 5, end: 9 }]);
  });

  it('is released by an answer that finds nothing left to take', () => {
    const { lane, add, held } = heldLane();
    add(request('operator', { decides: { runId: held, reason: 'x' } }));
    const turn = lane.next('t')!;
    lane.finish(
      turn,
      { status: 'done', runId: turn.runId, result: { status: 'nothing_new' } as RefineResult },
      't',
    );
    expect(lane.state().held).toBeNull();
  });

  it('knows a second answer to the same run, let in before the first had its turn', () => {
    const { lane, add, held } = heldLane();
    const answers = [
      add(request('operator', { decides: { runId: held, reason: 'x' } })),
      add(request('operator', { decides: { runId: held, reason: 'y' }, override: { reason: 'y' } })),
    ];
    const first = lane.next('t')!;
    expect(lane.isAnswered(first)).toBe(false);
    lane.finish(first, merged(first), 't');
    expect(lane.isAnswered(answers[1]!)).toBe(true);
  });

  describe('answered time after time', () => {
    const RANGES = [{ topic: 't', partition: 0, start: 5, end: 9 }];
    const files = (name: string) => ({ checksums: [name], rule: `${name} is bad`, reason: `why ${name}` });
    const AB = { checksums: ['a', 'b'], rule: 'a is bad; b is bad', reason: 'why a; why b' };
    const answer = (runId: string, extra: Partial<TurnRequest> = {}): TurnRequest =>
      request('operator', { decides: { runId, reason: 'x' }, ...extra });

    function failAnswer({ lane, add }: ReturnType<typeof heldLane>, asked: TurnRequest): string {
      add(asked);
      const turn = lane.next('t')!;
      lane.finish(turn, failing('GATE_FAILED', turn, { ranges: RANGES }), 't');
      return turn.runId;
    }

    it('bounds an override and a quarantine to the held batch, but no retry', () => {
      const { lane, held } = heldLane();
      const scope = (extra: Partial<TurnRequest>) => grantedWork(answer(held, extra), lane.heldRun());
      expect(scope({ override: { reason: 'x' } })).toEqual({ kind: 'records', upTo: RANGES });
      expect(scope({ work: { kind: 'records', quarantine: files('a') } })).toEqual({
        kind: 'records',
        upTo: RANGES,
        quarantine: files('a'),
      });
      expect(scope({})).toEqual({ kind: 'records' });
      expect(grantedWork(request('live'), lane.heldRun())).toEqual({ kind: 'records' });
    });

    it('sends the files of every earlier answer to dead letters again, whatever the answer', () => {
      const world = heldLane();
      const second = failAnswer(
        world,
        answer(world.held, { work: { kind: 'records', quarantine: files('a') } }),
      );
      const third = failAnswer(world, answer(second, { work: { kind: 'records', quarantine: files('b') } }));
      const held = world.lane.heldRun();
      expect(held).toMatchObject({ runId: third, quarantine: AB });
      expect(grantedWork(answer(third), held)).toEqual({ kind: 'records', quarantine: AB });
      expect(grantedWork(answer(third, { override: { reason: 'x' } }), held)).toEqual({
        kind: 'records',
        upTo: RANGES,
        quarantine: AB,
      });
      expect(
        grantedWork(answer(third, { work: { kind: 'records', quarantine: files('b') } }), held),
      ).toMatchObject({ quarantine: { checksums: ['a', 'b'] } });
    });

    it('keeps them over a failed retry and when continued as new, and drops them with the hold', () => {
      const world = heldLane();
      const third = failAnswer(
        world,
        answer(failAnswer(world, answer(world.held, { work: { kind: 'records', quarantine: files('a') } }))),
      );
      const moved = new LaneQueue('nem', 'main', world.lane.heldRun());
      expect(moved.heldRun()?.quarantine).toEqual(files('a'));
      const last = moved.add(answer(third), () => 'last');
      moved.next('t');
      moved.finish(last, merged(last), 't');
      const live = moved.add(request('live'), () => 'live');
      moved.next('t');
      moved.finish(live, gateFailed(live), 't');
      expect(moved.heldRun()).toEqual(expect.not.objectContaining({ quarantine: expect.anything() }));
    });
  });

  it('lets a request be withdrawn before its turn, but no plain one, which others may have joined', () => {
    const { lane, add } = laneWithIds();
    const bulk = add(
      request('backfill', {
        requestId: 'b',
        work: { kind: 'landed', batch: { manifestUri: 's3://x', records: 1 } },
      }),
    );
    add(request('live', { requestId: 'l' }));
    expect(lane.withdraw('b')).toBe(bulk);
    expect(lane.withdraw('b')).toBeUndefined();
    expect(lane.withdraw('l')).toBeUndefined();
    expect(lane.state().queued).toHaveLength(1);
  });

  it('continues as new with the turns that may have no caller, not with those that are requested again', () => {
    const { lane, add } = laneWithIds();
    const plain = add(request('live'));
    add(request('backfill', { work: { kind: 'landed', batch: { manifestUri: 's3://x', records: 1 } } }));
    const unattended = add(request('operator', { work: { kind: 'gold' }, wait: false }));
    const moved = new LaneQueue('nem', 'main', null, lane.turnsWithoutCaller());
    expect(moved.state().queued.map(({ runId }) => runId)).toEqual([plain.runId, unattended.runId]);
  });
});
