import {
  CancellationScope,
  isCancellation,
  log,
  setCurrentDetails,
  upsertMemo,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import { failedBranch, MAIN_BRANCH } from '../core/ids';
import { GateFailedError } from '../core/errors';
import { workOf } from '../core/runWork';
import type { RefineInput, RefineResult, RunWork } from '../core/runs';
import { Attributes } from '../core/searchAttributes';
import type {
  AuditResult,
  BatchPlan,
  GateStage,
  GoldResult,
  KeepFailedInput,
  RefinedTables,
  RefineTablesInput,
  RunRef,
} from '../core/steps';
import { hullOf, touchedOf, type TimeRange } from '../core/touched';
import { asFailure, failOnUserErrors, rootFailure } from './failures';
import { pipelineNamed } from './pipelines';
import { heavy, quick, waiting } from './proxyOptions';
import { deadLettersOf, emptyResult, recordsOf, StepLog } from './runReport';
import { leaseSlot } from './slots';

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

/** State shared by the steps of one pass. */
interface Pass {
  input: RefineInput;
  run: RunRef;
  steps: StepLog;
  plan: BatchPlan | null;
  refined: RefinedTables | null;
  touched: TimeRange[];
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
  const first = await audit(run, steps, refinedHash, touched, wantsData ? ['bronze', 'silver'] : ['silver']);
  if (plan && mayTakeMore && first.onlyIncomplete && !input.override && !isBounded(work)) return null;
  await stopUnlessPassed(pass, refinedHash, [first]);
  // Dead letters alone touch no time, so there is no gold to build.
  const hasGold = definition.gold.dbtSelect.length > 0 && !(wantsData && touched.length === 0);
  const gold = hasGold ? await buildGold(pass, refinedHash, first) : null;
  const audits = gold ? [first, await audit(run, steps, gold.headHash, touched, ['gold'])] : [first];
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

/** A failed dbt test is a failed gate: the tables were built, and rows in them break a rule. */
async function buildGold(pass: Pass, fromHash: string, first: AuditResult): Promise<GoldResult> {
  const { input, run, steps, touched } = pass;
  try {
    return await steps.time(
      'dbt',
      heavy.buildGold({
        ...run,
        touched,
        fromHash,
        withoutTests: input.override !== undefined,
      }),
    );
  } catch (error) {
    const failure = rootFailure(error);
    if (failure?.type !== 'DBT_TESTS_FAILED') throw error;
    return stopAtGate(pass, [failure.message], null, [first]);
  }
}

async function audit(
  run: RunRef,
  steps: StepLog,
  hash: string,
  touched: TimeRange[],
  stages: GateStage[],
): Promise<AuditResult> {
  return steps.time(`gates ${stages.join(' and ')}`, heavy.auditTables({ ...run, hash, stages, touched }));
}

/**
 * Throws after keeping the evidence when the newest audit failed, unless an operator has overridden it with a
 * reason.
 */
async function stopUnlessPassed(pass: Pass, hash: string, audits: AuditResult[]): Promise<void> {
  const newest = audits.at(-1)!;
  if (!newest.passed && pass.input.override === undefined)
    await stopAtGate(pass, newest.failures, hash, audits);
}

/**
 * The branch is kept, the gate results are published by a separate branch, and the run fails with everything
 * an operator needs.
 */
async function stopAtGate(
  { run, steps, plan, refined }: Pass,
  failures: string[],
  auditedHash: string | null,
  audits: AuditResult[],
): Promise<never> {
  const branch = failedBranch(run.pipeline, run.runId);
  upsertSearchAttributes([{ key: Attributes.gateStatus, value: 'failed' }]);
  upsertMemo({ gateFailures: failures.slice(0, 20) });
  const kept: KeepFailedInput = {
    ...run,
    auditedHash,
    rowsUris: audits.map(({ rowsUri }) => rowsUri),
    sparkWroteDeadLetters: refined !== null,
  };
  await steps.time('keep evidence', heavy.keepFailedRun(kept));
  setCurrentDetails(
    `**Gate failed** on branch \`${branch}\`\n\n${failures.map((line) => `- ${line}`).join('\n')}`,
  );
  throw asFailure(new GateFailedError(run.runId, branch, failures, plan?.ranges));
}

/** dbt's tests do not run under an override, so a run that passed all gates still cannot count as passed. */
function verdictOf({ input }: Pass, audits: AuditResult[]): 'passed' | 'overridden' {
  return input.override === undefined && audits.every(({ passed }) => passed) ? 'passed' : 'overridden';
}

function mergeProperties(pass: Pass, audits: AuditResult[]): Record<string, string> {
  const { input, refined, touched } = pass;
  const hull = hullOf(touched);
  return {
    'currents.pipeline': input.pipeline,
    'currents.kind': input.kind ?? 'operator',
    'currents.gates': verdictOf(pass, audits),
    'currents.window': hull ? `${hull.from}/${hull.to}` : '',
    'currents.rows': String(recordsOf(refined)),
    ...(input.override ? { 'currents.override-reason': input.override.reason } : {}),
  };
}

function finished(
  pass: Pass,
  mergeHash: string,
  audits: AuditResult[],
  standing: string[] = [],
): RefineResult {
  const { input, run, steps, plan, refined } = pass;
  const work = workOf(input);
  const records = work.kind === 'landed' ? work.batch.records : (plan?.records ?? 0);
  const deadLetters = deadLettersOf(refined);
  upsertSearchAttributes([
    { key: Attributes.gateStatus, value: verdictOf(pass, audits) },
    { key: Attributes.rows, value: records },
    { key: Attributes.deadLetterRows, value: deadLetters },
  ]);
  const result: RefineResult = {
    status: 'merged',
    runId: run.runId,
    branch: run.branch,
    mergeHash,
    records,
    deadLetters,
    counts: refined?.counts ?? [],
    intervalMin: refined?.window?.from ?? null,
    intervalMax: refined?.window?.to ?? null,
    gates: {
      evaluated: audits.reduce((sum, { evaluated }) => sum + evaluated, 0),
      failed: audits.reduce((sum, { failed }) => sum + failed, 0),
      warnings: [
        ...standing.map((test) => `dbt test ${test}: the rows that ${run.branch} has fail it (standing)`),
        ...audits.flatMap(({ warnings }) => warnings),
      ].slice(0, 20),
    },
    unknownUnits: refined?.unknownUnits ?? 0,
    durations_ms: steps.durations_ms(),
  };
  setCurrentDetails(steps.markdown(result));
  return result;
}
