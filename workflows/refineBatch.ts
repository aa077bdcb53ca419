import {
  CancellationScope,
  isCancellation,
  log,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import { MAIN_BRANCH } from '../core/ids';
import type { RefineInput, RefineResult } from '../core/runs';
import { Attributes } from '../core/searchAttributes';
import type { AuditResult, RunRef } from '../core/steps';
import { rootFailure } from './failures';
import { quick, waiting } from './proxyOptions';
import { auditedGold, auditSilver, stopUnlessPassed, type Audited } from './refineGates';
import { refineSilver, type Pass } from './refineSilver';
import { emptyResult, finished, mergeProperties } from './runReport';
import { leaseSlot } from './slots';
import { StepLog } from './stepLog';

/** Main may move under a run when a feature branch is merged; more often than this is a fault. */
const MERGE_ATTEMPTS = 3;

/**
 * One run through the lane. Spark writes bronze, silver, dead letters and ledger on a branch of its own,
 * which the slot then shows. Gates audit the slot, dbt builds gold there, and gates audit again. The audited
 * hash is merged. Any failure leaves the target branch untouched. When started by hand, it asks the lane for
 * a turn.
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
  const pass = await refineSilver(input, run, steps);
  if (!pass) return emptyResult(run, steps);
  const first = await auditSilver(pass);
  if (mayTakeMore && isIncomplete(pass, first)) return null;
  await stopUnlessPassed(pass, pass.refinedHash, [first]);
  return merge(pass, await auditedGold(pass, first));
}

/** Not the held batch that an operator answers: what came later must not join it. */
function isIncomplete({ input, plan, work }: Pass, first: AuditResult): boolean {
  const isBounded = work.kind === 'records' && work.upTo !== undefined;
  return plan !== null && first.onlyIncomplete === true && !input.override && !isBounded;
}

async function merge(pass: Pass, { hash, audits, standing }: Audited): Promise<RefineResult> {
  const { run, steps, baseHash, refined, touched } = pass;
  const { mergeHash } = await steps.time(
    'merge',
    quick.publishRun({
      ...run,
      baseHash,
      auditedHash: hash,
      rowsUris: audits.map(({ rowsUri }) => rowsUri),
      properties: mergeProperties(pass, audits),
    }),
  );
  await steps.time(
    'announce',
    announce({ ...run, touched, counts: refined?.counts ?? [], mergeHash, audits }),
  );
  return finished(pass, mergeHash, audits, standing);
}

/** The data is on the target branch by now: a notification that fails must not make the run look failed. */
async function announce(input: Parameters<typeof quick.announceRun>[0]): Promise<void> {
  try {
    await quick.announceRun(input);
  } catch (error) {
    if (isCancellation(error)) throw error;
    log.error('merged, but not notified', { runId: input.runId, error });
  }
}
