import { note, untilTrue, type Injection } from '../injection';
import { sendSignal, type StackUnderTest } from '../stackUnderTest';
import { isLargeJob, type BackfillFault, type BackfillKill, type BackfillVictim } from './backfillFaults';
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
  const killed = await kill(injection, victim, isLargeJob(moment, step.nth));
  const where = `${moment}, ${look.staged} archives staged, ${look.chunksDone} of ${CHUNKS} chunks merged`;
  note(injection, `${killed ?? `${victim} was not running`} (${where})`, killed !== undefined);
  if (victim === 'supervisor' || victim === 'whole stack') await stack.up();
}

/** What was killed, in words; undefined when it was not running. */
async function kill(
  injection: Injection,
  victim: BackfillVictim,
  isLarge: boolean,
): Promise<string | undefined> {
  const { stack } = injection.session;
  if (victim === 'whole stack') return killWholeStack(stack);
  if (victim === 'spark' || victim === 'spark JVM')
    return isLarge ? killBulkSpark(injection, victim) : killWarmSpark(stack, victim);
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

function killWarmSpark(stack: StackUnderTest, victim: 'spark' | 'spark JVM'): string | undefined {
  const isKilled = victim === 'spark' ? stack.kill('spark') : stack.killSparkJvm();
  return isKilled ? `${victim} of the warm driver killed` : undefined;
}

/** Its process, or its JVM, may still have to start: the step begins with calls to Nessie and S3. */
async function killBulkSpark(
  { session: { stack }, watched }: Injection,
  victim: 'spark' | 'spark JVM',
): Promise<string | undefined> {
  const find = (): number | undefined => {
    const bulk = busyBulkSpark(stack.config.home, stack.pidOf('worker'));
    return victim === 'spark' ? bulk?.driver : bulk?.jvm;
  };
  await untilTrue(() => find() !== undefined || watched.isOver());
  const pid = find();
  return pid !== undefined && sendSignal(pid, 'SIGKILL') ? `${victim} of the bulk job killed` : undefined;
}
