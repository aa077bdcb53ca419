import { joinedQuarantine } from './gates/quarantine';
import { workOf } from './runWork';
import type {
  HeldRun,
  KafkaRange,
  LaneState,
  QuarantineFiles,
  RefineInput,
  RefineResult,
  RunKind,
  RunWork,
} from './runs';

/** A request for a run. Plain requests (no metadata, no decision) of one lane share one run. */
export interface TurnRequest extends RefineInput {
  requestedBy: string;
  /** Wait for the run to end (default true); false returns once it is queued. */
  wait?: boolean;
  /** Identifies the request, so that it can be withdrawn. */
  requestId?: string;
  /** The held run this request answers; the hold is lifted when the new run ends well. */
  decides?: { runId: string; reason: string };
}

export interface RunFailure {
  code: string;
  message: string;
  hint: string;
  details: Record<string, unknown>;
}

export type TurnOutcome =
  | { status: 'queued'; runId: string }
  | { status: 'done'; runId: string; result: RefineResult }
  | { status: 'failed'; runId: string; failure: RunFailure };

/**
 * Answer of a lane that continues as new (ask its next run), or that the request was withdrawn. Only
 * `askLane` sees it.
 */
export type NoTurn = { status: 'moved' } | { status: 'withdrawn' };

export interface QueuedTurn {
  runId: string;
  kind: RunKind;
  request: TurnRequest;
}

/** Input of a lane's workflow. */
export interface LaneInput {
  pipeline: string;
  branch: string;
  held?: HeldRun | null;
  /** Set when the lane was continued as new. */
  continued?: { turns: QueuedTurn[]; lastRunId_ms: number };
}

const PRIORITY: Record<RunKind, number> = { operator: 0, metadata: 1, live: 2, backfill: 3, upkeep: 4 };
const HELD_BACK: readonly RunKind[] = ['live', 'backfill', 'upkeep'];
/**
 * Failures that the next run would meet again, or that time would hide: a rewound topic looks healthy once it
 * has grown past the ledger's end.
 */
const HOLDING: readonly string[] = ['GATE_FAILED', 'KAFKA_REWOUND'];
const RECENT_RUNS = 20;

/**
 * Order of the turns: pure state, kept by the lane's workflow. Operators go before metadata, metadata before
 * live runs, live before backfill and upkeep, so that a live run waits for at most one bulk chunk. All but
 * the first two wait while a failed run holds the lane.
 */
export class LaneQueue {
  private running: LaneState['running'] = null;
  private recent: LaneState['recent'] = [];

  constructor(
    private readonly pipeline: string,
    private readonly branch: string,
    private held: HeldRun | null,
    private turns: QueuedTurn[] = [],
  ) {}

  /** Joins a queued run with the same work, else queues a new one. */
  add(request: TurnRequest, newRunId: () => string): QueuedTurn {
    const joined = isPlain(request) ? this.turns.find((turn) => isPlain(turn.request)) : undefined;
    if (joined) {
      if (PRIORITY[kindOf(request)] < PRIORITY[joined.kind]) joined.kind = kindOf(request);
      return joined;
    }
    const turn = { runId: newRunId(), kind: kindOf(request), request };
    this.turns.push(turn);
    return turn;
  }

  hasNext(): boolean {
    return this.turns.some((turn) => this.mayRun(turn));
  }

  isIdle(): boolean {
    return this.turns.length === 0 && this.held === null;
  }

  /**
   * Turns that may have no waiting caller. Waiting callers ask for all others again, and join plain ones
   * then.
   */
  turnsWithoutCaller(): QueuedTurn[] {
    return this.turns.filter(({ request }) => request.wait === false || isPlain(request));
  }

  next(startedAt: string): QueuedTurn | undefined {
    const [first] = this.turns
      .filter((turn) => this.mayRun(turn))
      .sort((a, b) => PRIORITY[a.kind] - PRIORITY[b.kind]);
    if (!first) return undefined;
    this.turns = this.turns.filter((turn) => turn !== first);
    this.running = { runId: first.runId, kind: first.kind, startedAt };
    return first;
  }

  /**
   * Withdraws a request whose turn has not begun. A plain one stays: others may have joined it, and its
   * records wait in Kafka anyway.
   */
  withdraw(requestId: string): QueuedTurn | undefined {
    const turn = this.turns.find(({ request }) => request.requestId === requestId && !isPlain(request));
    if (turn) this.turns = this.turns.filter((other) => other !== turn);
    return turn;
  }

  /** Whether the run that the turn decides still holds the lane: another decision may have come first. */
  isAnswered({ request: { decides } }: QueuedTurn): boolean {
    return decides !== undefined && decides.runId !== this.held?.runId;
  }

  /**
   * A run over Kafka's records that failed a gate, or found them missing, holds the lane: the next would fail
   * alike. A merge releases the hold, and so does a decision on it that finds nothing left to take. Failed
   * bulk, metadata and gold-only runs do not block the lane.
   */
  finish(turn: QueuedTurn, outcome: TurnOutcome, endedAt: string): void {
    this.running = null;
    this.recent = [
      { runId: turn.runId, kind: turn.kind, status: statusOf(outcome), endedAt },
      ...this.recent,
    ].slice(0, RECENT_RUNS);
    const isAnswer = turn.request.decides !== undefined;
    if (!isAnswer && !isPlain(turn.request)) return;
    if (outcome.status === 'done' && (isAnswer || outcome.result.status === 'merged')) this.held = null;
    if (outcome.status === 'failed' && HOLDING.includes(outcome.failure.code))
      this.held = heldBy(
        outcome,
        endedAt,
        joinedQuarantine(this.held?.quarantine, quarantineOf(turn.request)),
      );
  }

  heldRun(): HeldRun | null {
    return this.held;
  }

  state(): LaneState {
    const queued = this.turns.map(({ runId, kind, request }) => ({
      runId,
      kind,
      requestedBy: request.requestedBy,
    }));
    return {
      pipeline: this.pipeline,
      branch: this.branch,
      running: this.running,
      queued,
      held: this.held,
      recent: this.recent,
    };
  }

  private mayRun(turn: QueuedTurn): boolean {
    return this.held === null || !HELD_BACK.includes(turn.kind);
  }
}

/**
 * What a granted run works on. An override or a quarantine of a held run is about its batch alone, because no
 * operator has seen what came later. Files that earlier answers sent to dead letters go there again: they are
 * in the batch again, and each answer would otherwise meet them.
 */
export function grantedWork(request: TurnRequest, held: HeldRun | null): RunWork {
  if (!request.decides) return workOf(request);
  const quarantine = quarantineOf(request);
  const files = joinedQuarantine(held?.quarantine, quarantine);
  const isBounded = (request.override ?? quarantine) !== undefined && held?.ranges !== undefined;
  return {
    kind: 'records',
    ...(isBounded ? { upTo: held.ranges } : {}),
    ...(files ? { quarantine: files } : {}),
  };
}

function quarantineOf(request: TurnRequest): QuarantineFiles | undefined {
  const work = workOf(request);
  return work.kind === 'records' ? work.quarantine : undefined;
}

function isPlain(request: TurnRequest): boolean {
  return !request.decides && !request.override && workOf(request).kind === 'records';
}

function kindOf(request: TurnRequest): RunKind {
  return request.kind ?? 'operator';
}

function statusOf(outcome: TurnOutcome): string {
  if (outcome.status === 'done') return outcome.result.status;
  return outcome.status === 'failed' ? outcome.failure.code : outcome.status;
}

function heldBy(
  outcome: Extract<TurnOutcome, { status: 'failed' }>,
  since: string,
  quarantine: QuarantineFiles | undefined,
): HeldRun {
  const { code, message, details } = outcome.failure;
  const ranges = Array.isArray(details.ranges) ? { ranges: details.ranges as KafkaRange[] } : {};
  return {
    runId: outcome.runId,
    code,
    message,
    failedBranch: typeof details.branch === 'string' ? details.branch : null,
    since,
    ...ranges,
    ...(quarantine ? { quarantine } : {}),
  };
}
