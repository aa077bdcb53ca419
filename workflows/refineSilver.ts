import type { Pipeline } from '../core/pipeline';
import { workOf } from '../core/runWork';
import type { RefineInput, RunWork } from '../core/runs';
import type { BatchPlan, RefinedTables, RefineTablesInput, RunRef } from '../core/steps';
import { touchedOf, type TimeRange } from '../core/touched';
import { failOnUserErrors } from './failures';
import { pipelineNamed } from './pipelines';
import { heavy, quick } from './proxyOptions';
import type { StepLog } from './stepLog';

/** State shared by the steps of one pass, from the moment that the slot shows its silver. */
export interface Pass {
  input: RefineInput;
  run: RunRef;
  steps: StepLog;
  definition: Pipeline;
  work: RunWork;
  /** Head of the target branch when the pass began. */
  baseHash: string;
  plan: BatchPlan | null;
  refined: RefinedTables | null;
  /** The slot's head: Spark's last commit, or the base hash where Spark has no part in the work. */
  refinedHash: string;
  touched: TimeRange[];
}

/**
 * Plans the batch, has Spark write it on a branch of its own and shows that branch on the slot. Null when
 * Kafka holds no records beyond the ledger.
 */
export async function refineSilver(input: RefineInput, run: RunRef, steps: StepLog): Promise<Pass | null> {
  const { baseHash } = await steps.time('open', quick.openRun(run));
  const definition = failOnUserErrors(() => pipelineNamed(run.pipeline));
  const work = workOf(input);
  const plan =
    work.kind === 'records' ? await steps.time('plan', quick.planBatch({ ...run, upTo: work.upTo })) : null;
  if (plan?.records === 0) return null;
  const refined = work.kind === 'gold' ? null : await refineTables({ ...run, baseHash, plan }, work, steps);
  const refinedHash = refined ? await showRefined(run, refined, steps) : baseHash;
  const touched = refined ? touchedOf(refined, definition) : [];
  return { input, run, steps, definition, work, baseHash, plan, refined, refinedHash, touched };
}

async function refineTables(
  run: Pick<RefineTablesInput, keyof RunRef | 'baseHash' | 'plan'>,
  work: RunWork,
  steps: StepLog,
): Promise<RefinedTables> {
  return steps.time(
    'spark',
    heavy.refineTables({
      ...run,
      reference: work.kind === 'reference' ? work.load : null,
      landing: work.kind === 'landed' ? work.batch : null,
      quarantine: work.kind === 'records' ? (work.quarantine ?? null) : null,
    }),
  );
}

/** @returns the hash that the gates then audit. */
async function showRefined(run: RunRef, refined: RefinedTables, steps: StepLog): Promise<string> {
  const shown = quick.pointSlot({ ...run, workBranch: refined.workBranch, hash: refined.headHash });
  return (await steps.time('point', shown)).hash;
}
