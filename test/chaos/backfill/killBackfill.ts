import { note, type Injection } from '../injection';
import { sendSignal, type StackUnderTest } from '../stackUnderTest';
import type { BackfillFault, BackfillKill, BackfillVictim } from './backfillFaults';
import { busyBulkSpark } from './bulkSpark';
import { MOMENTS, untilMoment } from './look';
import { CHUNKS } from './weeks';

/** Kills a running backfill at its fault's moments, and starts again what no supervisor starts. */
export async function killBackfill(injection: Injection, { kills }: BackfillFault): Promise<void> {
  for (const kill of kills) await killAt(injection, kill);
}

async function killAt(injection: Injection, { moment, victim, step, delay_ms }: BackfillKill): Promise<void> {
  const {
    session: { stack },
    watched,
  } = injection;
  const look = await untilMoment(watched, MOMENTS[moment], step.nth, delay_ms);
  if (!look) return note(injection, `the backfill was over before ${step.name}`, false);
  const killed = kill(stack, victim);
  const where = `${moment}, ${look.staged} archives staged, ${look.chunksDone} of ${CHUNKS} chunks merged`;
  note(injection, `${killed ?? `${victim} was not running`} (${where})`, killed !== undefined);
  if (victim === 'supervisor' || victim === 'whole stack') await stack.up();
}

/** What was killed, in words; undefined when it was not running. */
function kill(stack: StackUnderTest, victim: BackfillVictim): string | undefined {
  if (victim === 'whole stack') return killWholeStack(stack);
  if (victim === 'spark' || victim === 'spark JVM') return killSpark(stack, victim);
  return stack.kill(victim) ? `${victim} killed` : undefined;
}

/** A killed worker alone would leave its Spark process to end by itself. */
function killWholeStack(stack: StackUnderTest): string | undefined {
  const bulk = busyBulkSpark(stack.config.home, stack.pidOf('worker'));
  const killed: string[] = stack.killAll();
  for (const pid of [bulk?.driver, bulk?.jvm]) if (pid !== undefined) sendSignal(pid, 'SIGKILL');
  if (bulk) killed.push('bulk Spark');
  return killed.length > 0 ? `killed at once: ${killed.join(', ')}` : undefined;
}

/** Of the two drivers the one that has the chunk's job. */
function killSpark(stack: StackUnderTest, victim: 'spark' | 'spark JVM'): string | undefined {
  const bulk = busyBulkSpark(stack.config.home, stack.pidOf('worker'));
  if (!bulk) {
    const isKilled = victim === 'spark' ? stack.kill('spark') : stack.killSparkJvm();
    return isKilled ? `${victim} of the warm driver killed` : undefined;
  }
  const pid = victim === 'spark' ? bulk.driver : bulk.jvm;
  return pid !== undefined && sendSignal(pid, 'SIGKILL') ? `${victim} of the bulk job killed` : undefined;
}
