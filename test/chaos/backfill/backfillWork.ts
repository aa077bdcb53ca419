import { backfillWorkflowId } from '../../../core/ids';
import { isoSeconds } from '../../../core/interval';
import type { Session } from '../session';
import type { StackUnderTest } from '../stackUnderTest';
import type { Course, TrialWork } from '../trialWork';
import type { Watched } from '../points';
import type { BackfillFault } from './backfillFaults';
import { MOMENTS, repeatedSteps } from './look';
import { daysOfWeek, publishWeek, type WeekRange } from './weeks';

const MOST_ASKS = 5;
/** One day a chunk. */
const CHUNK_DAYS = 1;

/** A week's archives, filled by `currents backfill` in several chunks. */
export function backfillWork({ site, stack }: Session, seed: number, fault: BackfillFault): TrialWork {
  const range = publishWeek(site, seed, fault.week);
  const [from, to] = [range.from, range.to].map((at) => isoSeconds(Date.parse(at))) as [string, string];
  return {
    range: { from, to, starts: [] },
    ids: { backfill: backfillWorkflowId('nem', from, to) },
    run: (course) => runBackfill(stack, range, CHUNK_DAYS, course),
    proof: (watched, course) => proveHit(watched, fault, course),
    days: daysOfWeek(fault.week),
  };
}

/** Types the command, and types it again when it ends otherwise than well, as an operator would. */
export async function runBackfill(
  stack: StackUnderTest,
  { from, to }: WeekRange,
  chunkDays: number,
  course: Pick<Course, 'askedAgain' | 'failures'>,
): Promise<void> {
  for (;;) {
    const range = ['--from', from, '--to', to, '--chunk', String(chunkDays)];
    const { code, output } = await stack.command('backfill', '--pipeline', 'nem', ...range, '--yes');
    if (code === 0) return;
    const lines = output.trim().split('\n').slice(-2).join(' ').slice(0, 300);
    course.failures.push(lines);
    if (++course.askedAgain > MOST_ASKS)
      throw new Error(`expected the backfill to end well, found exit ${code}: ${lines}`);
    await stack.untilHealthy();
  }
}

/**
 * A step that was under way must have been begun again: otherwise the kill came a moment too late. Only the
 * death of Temporal or S3 leaves the attempt under way.
 */
async function proveHit(watched: Watched, { kills }: BackfillFault, course: Course): Promise<void> {
  const repeated = await repeatedSteps(watched);
  const text = [...repeated].map(([name, times]) => `${name} ${times}`).join(', ');
  course.done.push(`done again: ${text || 'nothing'}`);
  for (const { moment, victim } of kills) {
    const { step } = MOMENTS[moment];
    const mayStay = victim === 'temporal' || victim === 's3' || victim === 'supervisor';
    if (step && !mayStay && !repeated.has(step)) course.missed.push(`no second attempt of ${step}`);
  }
}
