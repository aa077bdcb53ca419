import { setCurrentDetails, upsertSearchAttributes } from '@temporalio/workflow';
import type { RefineResult } from '../core/runs';
import { Attributes } from '../core/searchAttributes';
import type { AuditResult, RefinedTables, RunRef } from '../core/steps';
import { hullOf } from '../core/touched';
import type { Pass } from './refineSilver';
import type { StepLog } from './stepLog';

/** Kafka held no records beyond the ledger. */
export function emptyResult(run: RunRef, steps: StepLog): RefineResult {
  return {
    status: 'nothing_new',
    runId: run.runId,
    branch: run.branch,
    mergeHash: null,
    records: 0,
    deadLetters: 0,
    counts: [],
    intervalMin: null,
    intervalMax: null,
    gates: { evaluated: 0, failed: 0, warnings: [] },
    unknownUnits: 0,
    durations_ms: steps.durations_ms(),
  };
}

function recordsOf(refined: RefinedTables | null): number {
  return (refined?.counts ?? []).reduce((sum, count) => sum + count.rows_in, 0);
}

function deadLettersOf(refined: RefinedTables | null): number {
  return (refined?.counts ?? []).reduce((sum, count) => sum + count.dead_letters, 0);
}

export function mergeProperties(pass: Pass, audits: AuditResult[]): Record<string, string> {
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

/** dbt's tests do not run under an override, so a run that passed all gates still cannot count as passed. */
function verdictOf({ input }: Pass, audits: AuditResult[]): 'passed' | 'overridden' {
  return input.override === undefined && audits.every(({ passed }) => passed) ? 'passed' : 'overridden';
}

/** Shows the outcome in the Temporal UI and returns it. */
export function finished(
  pass: Pass,
  mergeHash: string,
  audits: AuditResult[],
  standing: string[],
): RefineResult {
  const result = resultOf(pass, mergeHash, audits, standing);
  upsertSearchAttributes([
    { key: Attributes.gateStatus, value: verdictOf(pass, audits) },
    { key: Attributes.rows, value: result.records },
    { key: Attributes.deadLetterRows, value: result.deadLetters },
  ]);
  setCurrentDetails(pass.steps.markdown(result));
  return result;
}

function resultOf(
  { work, run, steps, plan, refined }: Pass,
  mergeHash: string,
  audits: AuditResult[],
  standing: string[],
): RefineResult {
  return {
    status: 'merged',
    runId: run.runId,
    branch: run.branch,
    mergeHash,
    records: work.kind === 'landed' ? work.batch.records : (plan?.records ?? 0),
    deadLetters: deadLettersOf(refined),
    counts: refined?.counts ?? [],
    intervalMin: refined?.window?.from ?? null,
    intervalMax: refined?.window?.to ?? null,
    gates: gatesOf(run, audits, standing),
    unknownUnits: refined?.unknownUnits ?? 0,
    durations_ms: steps.durations_ms(),
  };
}

function gatesOf(run: RunRef, audits: AuditResult[], standing: string[]): RefineResult['gates'] {
  return {
    evaluated: audits.reduce((sum, { evaluated }) => sum + evaluated, 0),
    failed: audits.reduce((sum, { failed }) => sum + failed, 0),
    warnings: [
      ...standing.map((test) => `dbt test ${test}: the rows that ${run.branch} has fail it (standing)`),
      ...audits.flatMap(({ warnings }) => warnings),
    ].slice(0, 20),
  };
}
