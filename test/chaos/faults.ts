import { randomFor } from '../../pipelines/nem/demo/random';
import { isBackfillFault } from './backfill/backfillFaults';
import { killBackfill } from './backfill/killBackfill';
import { note, noteKill, pause, untilTrue, type Injection } from './injection';
import { untilReached } from './points';
import type { Session } from './session';
import { SPECIAL } from './specialFaults';
import type { Victim } from './victims';

const SECOND_KILL_WITHIN_MS = 4_000;

/** Disturbs the trial as its fault says; resolves when the disturbance is over. */
export async function inject(injection: Injection): Promise<void> {
  const {
    trial: { fault },
    watched,
  } = injection;
  if (isBackfillFault(fault)) return killBackfill(injection, fault);
  if (fault.step && !(await untilReached(watched, fault.step)))
    note(injection, `${fault.step.name} was over before it was seen`, false);
  if (fault.delay_ms > 0) await pause(fault.delay_ms);
  if (watched.isOver()) note(injection, 'the run was over before it was disturbed', false);
  if (fault.kind === 'kill' || fault.kind === 'kill at a random time')
    return killOnce(injection, fault.victim!);
  if (fault.kind === 'kill twice') return killTwice(injection, fault.victim!);
  if (fault.kind === 'kill two at once') return killPair(injection, fault.victim!, fault.second!);
  return SPECIAL[fault.kind](injection);
}

async function killOnce(injection: Injection, victim: Victim): Promise<void> {
  const {
    session: { stack },
    trial,
    watched,
  } = injection;
  if (victim === 'dbt') await untilTrue(() => stack.pidOf('dbt') !== undefined || watched.isOver());
  // Of the driver's two processes now the one, now the other.
  const isKilled = victim === 'spark' && trial.number % 2 === 1 ? stack.killSparkJvm() : stack.kill(victim);
  noteKill(injection, victim, isKilled);
  if (victim === 'supervisor') await stack.up();
}

async function killTwice(injection: Injection, victim: Victim): Promise<void> {
  const {
    session: { stack },
    trial,
    watched,
  } = injection;
  const first = stack.pidOf(victim);
  await killOnce(injection, victim);
  await untilTrue(() => watched.isOver() || ![undefined, first].includes(stack.pidOf(victim)));
  await pause(randomFor(trial.seed, 'second kill', trial.number)() * SECOND_KILL_WITHIN_MS);
  if (watched.isOver()) note(injection, 'the run was over before the second kill', false);
  await killOnce(injection, victim);
}

async function killPair(injection: Injection, one: Victim, other: Victim): Promise<void> {
  const {
    session: { stack },
  } = injection;
  for (const victim of new Set([one, other])) noteKill(injection, victim, stack.kill(victim));
  if ([one, other].includes('supervisor')) await stack.up();
}

/** Faults that this machine cannot make, and why; undefined for those it can. */
export function impossible(kind: string, session: Pick<Session, 'disks' | 'clock'>): string | undefined {
  if (kind.endsWith('disk full') && !session.disks) return 'mounting a small file system needs root';
  return kind.startsWith('clock ') && !session.clock
    ? 'no C compiler to build the stepped clock with'
    : undefined;
}
