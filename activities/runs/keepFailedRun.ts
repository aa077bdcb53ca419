import { log } from '@temporalio/activity';
import { catalogOf, type SparkDeps, type SparkJobSpec } from '../../clients/spark/sparkJob';
import { failedBranch } from '../../core/ids';
import { opsTable } from '../../core/opsTables';
import type { KeepFailedInput } from '../../core/steps';
import { resetBranch } from '../../nessie/branchMoves';
import { NessieConflictError } from '../../nessie/errors';
import { publishAuditedHash, type PublishResult } from '../../nessie/mergeRules';
import type { Config } from '../../settings/config';
import type { PipelineMetrics } from '../metrics';
import { attemptOf, type Attempt } from '../spark/support/attempt';
import { runJob } from '../spark/support/runJob';

export interface KeepFailedRunDeps extends SparkDeps {
  metrics: PipelineMetrics;
}

const EVIDENCE_ROUNDS = 5;

export function createKeepFailedRun(deps: KeepFailedRunDeps) {
  const { nessie } = deps;
  return {
    /**
     * Keeps a failed run's branch for inspection and publishes its gate results and dead letters through a
     * branch of this attempt. A repeat creates the same branch and publishes nothing twice.
     */
    async keepFailedRun(input: KeepFailedInput): Promise<{ branch: string }> {
      const kept = failedBranch(input.pipeline, input.runId);
      const slot = await nessie.getReference(input.slot);
      await resetBranch(nessie, kept, { name: input.slot, hash: input.auditedHash ?? slot.hash });
      await publishEvidence(deps, input, kept);
      deps.metrics.countRun(input.pipeline, 'gate_failed', [], []);
      return { branch: kept };
    },
  };
}

/** Tables that a failed run may still change. */
const evidenceOutputs = (pipeline: string): string[] => [
  opsTable(pipeline, 'dead_letters'),
  opsTable(pipeline, 'gate_results'),
];

/**
 * Publishes the gate results and dead letters of a failed run. Others may merge the same tables first, such
 * as a decision on dead letters: then the job writes again on the new head. Bounded, since every round costs
 * a Spark job; a later attempt of the activity continues.
 *
 * @throws NessieConflictError after five rounds
 */
async function publishEvidence(deps: SparkDeps, input: KeepFailedInput, kept: string): Promise<void> {
  for (let round = 1; round <= EVIDENCE_ROUNDS; round += 1) {
    const { mergeHash, conflicts } = await publishEvidenceOnce(deps, input, kept, round);
    if (mergeHash !== null) return;
    log.warn('evidence met a merge conflict', { runId: input.runId, round, conflicts });
  }
  throw new NessieConflictError(
    `publish the evidence of run ${input.runId} to ${input.branch}`,
    `a conflict in each of ${EVIDENCE_ROUNDS} rounds`,
  );
}

async function publishEvidenceOnce(
  deps: SparkDeps,
  input: KeepFailedInput,
  kept: string,
  round: number,
): Promise<PublishResult> {
  const { nessie } = deps;
  const attempt = attemptOf(input);
  const base = await nessie.getReference(input.branch);
  await resetBranch(nessie, attempt.branch, { name: input.branch, hash: base.hash });
  await runJob(deps, evidenceSpec(deps.config, input, attempt, { kept, round }));
  const head = await nessie.getReference(attempt.branch);
  return publishAuditedHash(nessie, {
    pipeline: input.pipeline,
    runId: `${input.runId}-evidence`,
    branch: attempt.branch,
    auditedHash: head.hash,
    baseHash: base.hash,
    into: input.branch,
    declaredOutputs: evidenceOutputs(input.pipeline),
    message: `${input.pipeline} run ${input.runId}: evidence of a failed gate`,
    properties: {
      'currents.kind': 'evidence',
      'currents.failed-run': input.runId,
    },
  });
}

function evidenceSpec(
  config: Config,
  { pipeline, runId, rowsUris, sparkWroteDeadLetters }: KeepFailedInput,
  attempt: Attempt,
  { kept, round }: { kept: string; round: number },
): SparkJobSpec {
  return {
    // A job id is run once, so each round has its own.
    job_id: attempt.jobId(round === 1 ? '-evidence' : `-evidence${round}`),
    run_id: runId,
    attempt: attempt.number,
    pipeline,
    kind: 'publish_evidence',
    outputs: evidenceOutputs(pipeline),
    catalog: catalogOf(config, attempt.branch),
    kafka: { bootstrap: config.kafkaBrokers.join(','), ranges: [] },
    params: {
      from_ref: sparkWroteDeadLetters ? kept : null,
      run_id: runId,
      gate_results_uris: rowsUris,
    },
  };
}
