import {
  CancellationScope,
  isCancellation,
  log,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import { MAIN_BRANCH } from '../core/ids';
import { workOf } from '../core/runWork';
import type { RefineInput, RefineResult, RunWork } from '../core/runs';
import { Attributes } from '../core/searchAttributes';
import type { RefinedTables, RefineTablesInput, RunRef } from '../core/steps';
import { touchedOf } from '../core/touched';
import { failOnUserErrors, rootFailure } from './failures';
import { pipelineNamed } from './pipelines';
import { heavy, quick, waiting } from './proxyOptions';
import { audit, buildGold, stopUnlessPassed } from './refineGates';
import { emptyResult, finished, mergeProperties, type Pass } from './runReport';
import { leaseSlot } from './slots';
import { StepLog } from './stepLog';

/** Main may move under a run when a feature branch is merged; more often than this is a fault. */
const MERGE_ATTEMPTS = 3;

/**
 * One run through the lane: Spark writes bronze, silver, dead letters and ledger on a branch of its own,
 * gates audit the slot that shows it, dbt builds gold there, gates audit again, and the audited hash is
 * merged. Any failure leaves the target branch untouched. When started by hand, it asks the lane for a turn.
 */
export async function refineBatch(input: RefineInput): Promise<RefineResult> {
  const { pipeline, branch = MAIN_BRANCH, kind = 'operator', grantedRunId } = input;
  if (!grantedRunId) return waiting.requestTurnResult({ ...input, requestedBy: workflowInfo().workflowId });
  upsertSearchAttributes([
    { key: Attributes.pipeline, value: pipeline },
    { key: Attributes.runKind, value: kind },
    { key: Attributes.nessieBranch, value: branch },
    { key: Attributes.gateStatus, value: 'pending' },
  ]);
  const holder = workflowInfo().workflowId;
  const run: RunRef = { pipeline, runId: grantedRunId, branch, slot: await leaseSlot(holder) };
  try {
    return await runUntilMerged(input, run);
  } finally {
    await CancellationScope.nonCancellable(() => quick.closeRun({ ...run, holder }));
  }
}

/**
 * A conflict means that the target moved under this run: it is replayed on the new head, never forced. A
 * batch in which only units are missing is taken once more with the newest records of Kafka. When many
 * intervals are published at once, corrections of an interval may arrive before its own file.
 */
async function runUntilMerged(input: RefineInput, run: RunRef): Promise<RefineResult> {
  let mayTakeMore = true;
  for (let attempt = 1; ; attempt += 1) {
    try {
      const result = await runOnce(input, run, new StepLog(), mayTakeMore);
      if (result) return result;
      log.warn('units are missing in some intervals; taking the batch again with newer records', {
        runId: run.runId,
      });
      mayTakeMore = false;
    } catch (error) {
      if (rootFailure(error)?.type !== 'MERGE_CONFLICT' || attempt === MERGE_ATTEMPTS) throw error;
      log.warn('target branch moved; replaying the run', { runId: run.runId, attempt });
    }
  }
}

/** Null when the batch must be taken again. */
async function runOnce(
  input: RefineInput,
  run: RunRef,
  steps: StepLog,
  mayTakeMore: boolean,
): Promise<RefineResult | null> {
  const { baseHash } = await steps.time('open', quick.openRun(run));
  const definition = failOnUserErrors(() => pipelineNamed(run.pipeline));
  const work = workOf(input);
  const wantsData = work.kind === 'records' || work.kind === 'landed';
  const plan =
    work.kind === 'records' ? await steps.time('plan', quick.planBatch({ ...run, upTo: work.upTo })) : null;
  if (plan?.records === 0) return emptyResult(run, steps);

  const refined = work.kind === 'gold' ? null : await refineTables({ ...run, baseHash, plan }, work, steps);
  const refinedHash = refined ? await showRefined(run, refined, steps) : baseHash;
  const touched = refined ? touchedOf(refined, definition) : [];
  const pass: Pass = { input, run, steps, plan, refined, touched };
  // Reference data and gold are judged by all tables: what they change shows in rows of others.
  const audited = wantsData ? { ...run, baseHash } : run;
  const first = await audit(
    audited,
    steps,
    refinedHash,
    touched,
    wantsData ? ['bronze', 'silver'] : ['silver'],
  );
  if (plan && mayTakeMore && first.onlyIncomplete && !input.override && !isBounded(work)) return null;
  await stopUnlessPassed(pass, refinedHash, [first]);
  // Dead letters alone touch no time, so there is no gold to build.
  const hasGold = definition.gold.dbtSelect.length > 0 && !(wantsData && touched.length === 0);
  const gold = hasGold ? await buildGold(pass, refinedHash, first) : null;
  const audits = gold ? [first, await audit(audited, steps, gold.headHash, touched, ['gold'])] : [first];
  if (gold) await stopUnlessPassed(pass, gold.headHash, audits);
  const merged = await steps.time(
    'merge',
    quick.publishRun({
      ...run,
      baseHash,
      auditedHash: gold?.headHash ?? refinedHash,
      rowsUris: audits.map(({ rowsUri }) => rowsUri),
      properties: mergeProperties(pass, audits),
    }),
  );
  await steps.time(
    'announce',
    announce({ ...run, touched, counts: refined?.counts ?? [], mergeHash: merged.mergeHash, audits }),
  );
  return finished(pass, merged.mergeHash, audits, gold?.standing);
}

/** The held batch alone, when an operator answers it: what came later must not join it. */
function isBounded(work: RunWork): boolean {
  return work.kind === 'records' && work.upTo !== undefined;
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
      metadata: work.kind === 'reference' ? work.load : null,
      landing: work.kind === 'landed' ? work.batch : null,
      quarantine: work.kind === 'records' ? (work.quarantine ?? null) : null,
    }),
  );
}

/** Shows Spark's branch on the slot; the hash that the gates then audit. */
async function showRefined(run: RunRef, refined: RefinedTables, steps: StepLog): Promise<string> {
  const shown = quick.pointSlot({ ...run, workBranch: refined.workBranch, hash: refined.headHash });
  return (await steps.time('point', shown)).hash;
}

/**
 * The data is on the target branch by now: words about it that can't be sent must not make the run look
 * failed.
 */
async function announce(input: Parameters<typeof quick.announceRun>[0]): Promise<void> {
  try {
    await quick.announceRun(input);
  } catch (error) {
    if (isCancellation(error)) throw error;
    log.error('merged, but not notified', { runId: input.runId, error });
  }
}
