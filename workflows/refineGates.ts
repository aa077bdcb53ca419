import { setCurrentDetails, upsertMemo, upsertSearchAttributes } from '@temporalio/workflow';
import { GateFailedError } from '../core/gates/errors';
import { failedBranch } from '../core/ids';
import { Attributes } from '../core/searchAttributes';
import type { AuditResult, GateStage, GoldResult, KeepFailedInput } from '../core/steps';
import { asFailure, rootFailure } from './failures';
import { heavy } from './proxyOptions';
import type { Pass } from './refineSilver';

/** The commit that may be merged: its gates have passed, or an operator has overridden them. */
export interface Audited {
  hash: string;
  audits: AuditResult[];
  /** dbt tests that the target branch fails by the same rows. */
  standing: string[];
}

/** Bronze is audited only where this run has added rows to it. */
export function auditSilver(pass: Pass): Promise<AuditResult> {
  return audit(pass, pass.refinedHash, addsRecords(pass) ? ['bronze', 'silver'] : ['silver']);
}

/** Builds gold for the touched ranges and audits it; the silver alone where there is no gold to build. */
export async function auditedGold(pass: Pass, first: AuditResult): Promise<Audited> {
  if (!hasGold(pass)) return { hash: pass.refinedHash, audits: [first], standing: [] };
  const { headHash, standing = [] } = await buildGold(pass, first);
  const audits = [first, await audit(pass, headHash, ['gold'])];
  await stopUnlessPassed(pass, headHash, audits);
  return { hash: headHash, audits, standing };
}

function addsRecords({ work }: Pass): boolean {
  return work.kind === 'records' || work.kind === 'landed';
}

/** Dead letters alone touch no time, so there is no gold to build. */
function hasGold(pass: Pass): boolean {
  const isDeadLettersAlone = addsRecords(pass) && pass.touched.length === 0;
  return pass.definition.gold.dbtSelect.length > 0 && !isDeadLettersAlone;
}

/** Without a base hash all tables are judged: what reference data and gold change shows in rows of others. */
function audit(pass: Pass, hash: string, stages: GateStage[]): Promise<AuditResult> {
  const { steps, touched } = pass;
  const run = addsRecords(pass) ? { ...pass.run, baseHash: pass.baseHash } : pass.run;
  return steps.time(`gates ${stages.join(' and ')}`, heavy.auditTables({ ...run, hash, stages, touched }));
}

/** A failed dbt test is a failed gate: the tables were built, and rows in them break a rule. */
async function buildGold(pass: Pass, first: AuditResult): Promise<GoldResult> {
  const { input, run, steps, touched, refinedHash: fromHash } = pass;
  const withoutTests = input.override !== undefined;
  try {
    return await steps.time('dbt', heavy.buildGold({ ...run, touched, fromHash, withoutTests }));
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
