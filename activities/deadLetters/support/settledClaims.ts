import type {
  ClaimedDeadLetter,
  DeadLetterEvent,
  ReplayOutcome,
} from '../../../core/deadLetters/deadLetters';
import type { Decided } from './decisions';

export interface SettleResult {
  /** The lake has not taken all published records: nothing is recorded; refine once more and settle again. */
  isBehind: boolean;
  repaired: number;
  failed: number;
  released: number;
  failures: { id: string; attempt: number; detail: string }[];
}

/** Why the lane's run did not take the records. */
export interface RunFailure {
  code: string;
  message: string;
}

const FAILURES_SHOWN = 20;

type ClaimRef = Pick<ClaimedDeadLetter, 'id' | 'attempt'>;

/** One event for each claim, whatever its outcome. */
export function decided(
  claims: ClaimRef[],
  outcomes: Map<string, ReplayOutcome>,
  present: Set<string>,
  again: Map<string, string>,
  failure: RunFailure | null,
): Decided<SettleResult> {
  const events = claims.map((claim): DeadLetterEvent => {
    const outcome = outcomes.get(claim.id);
    if (present.has(claim.id)) return eventOf(claim, 'repaired', outcome?.detail ?? null);
    if (outcome?.outcome === 'refused' || outcome?.outcome === 'tooLarge')
      return eventOf(claim, 'failed', outcome.detail);
    return failure ? afterFailure(claim, failure) : rejectedAgain(claim, again.get(claim.id));
  });
  return { events, result: resultOf(events) };
}

/** Only a failed gate counts as an attempt of the dead letters that the run took. */
function afterFailure(claim: ClaimRef, { code, message }: RunFailure): DeadLetterEvent {
  return eventOf(claim, code === 'GATE_FAILED' ? 'failed' : 'released', `${code}: ${message}`);
}

function rejectedAgain(claim: ClaimRef, reasons: string | undefined): DeadLetterEvent {
  const why = reasons === undefined ? ' for the same reason' : `: ${reasons}`;
  return eventOf(claim, 'failed', `rejected again${why}`);
}

function eventOf(
  { id, attempt }: ClaimRef,
  action: DeadLetterEvent['action'],
  detail: string | null,
): DeadLetterEvent {
  return { letter_id: id, action, attempt, detail };
}

function resultOf(events: DeadLetterEvent[]): SettleResult {
  const count = (action: DeadLetterEvent['action']): number =>
    events.filter((event) => event.action === action).length;
  const failed = events.filter(({ action }) => action === 'failed').slice(0, FAILURES_SHOWN);
  return {
    isBehind: false,
    repaired: count('repaired'),
    failed: count('failed'),
    released: count('released'),
    failures: failed.map(({ letter_id: id, attempt, detail }) => ({ id, attempt, detail: detail ?? '' })),
  };
}
