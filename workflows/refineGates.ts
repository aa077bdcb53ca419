import { setCurrentDetails, upsertMemo, upsertSearchAttributes } from '@temporalio/workflow';
import { GateFailedError } from '../core/gates/errors';
import { failedBranch } from '../core/ids';
import { Attributes } from '../core/searchAttributes';
import type { AuditInput, AuditResult, GateStage, GoldResult, KeepFailedInput, RunRef } from '../core/steps';
import type { TimeRange } from '../core/touched';
import { asFailure, rootFailure } from './failures';
import { heavy } from './proxyOptions';
import type { Pass } from './runReport';
import type { StepLog } from './stepLog';

/** `baseHash`: see AuditInput. */
export async function audit(
  run: RunRef & Pick<AuditInput, 'baseHash'>,
  steps: StepLog,
  hash: string,
  touched: TimeRange[],
  stages: GateStage[],
): Promise<AuditResult> {
  return steps.time(`gates ${stages.join(' and ')}`, heavy.auditTables({ ...run, hash, stages, touched }));
}

/** A failed dbt test is a failed gate: the tables were built, and rows in them break a rule. */
export async function buildGold(pass: Pass, fromHash: string, first: AuditResult): Promise<GoldResult> {
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

/**
 * Throws after keeping the evidence when the newest audit failed, unless an operator has overridden it with a
 * reason.
 */
export async function stopUnlessPassed(pass: Pass, hash: string, audits: AuditResult[]): Promise<void> {
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
