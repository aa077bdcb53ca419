import { log } from '@temporalio/activity';
import type { Client } from '@temporalio/client';
import type { Config } from '../../settings/config';
import { MergeConflictError } from '../../core/errors';
import { failedBranch, runIdAt, workBranches } from '../../core/ids';
import { opsTable } from '../../core/opsTables';
import type { KeepFailedInput, PublishRunInput, PublishRunResult, RunRef } from '../../core/steps';
import type { NessieClient } from '../../nessie/client';
import { UndeclaredChangesError } from '../../nessie/errors';
import { publishAuditedHash, undeclaredChanges } from '../../nessie/mergeRules';
import type { Reference } from '../../nessie/model';
import { pipelineNamed } from '../../pipelines/registry';
import type { GateRows } from '../gates/gateResults';
import type { PipelineMetrics } from '../metrics';
import type { SparkDeps } from '../../clients/spark/sparkJob';
import { dropBranch, pointAt, resetBranch } from './branchMoves';
import { publishEvidence } from './evidence';
import { findHeldRuns } from './runningWorkflows';
import { releaseSlots } from './turns';

const DAY_MS = 86_400_000;
export interface BranchDeps extends SparkDeps {
  config: Config;
  nessie: NessieClient;
  client: Client;
  gateRows: GateRows;
  metrics: PipelineMetrics;
}

export function createBranchActivities(deps: BranchDeps) {
  const { nessie } = deps;
  return {
    /** Points the slot at the head the run starts from. */
    async openRun(run: RunRef): Promise<{ baseHash: string }> {
      const base = await nessie.getReference(run.branch);
      await pointAt(nessie, run.slot, { name: run.branch, hash: base.hash });
      return { baseHash: base.hash };
    },

    /** Shows Spark's finished branch through the slot's catalog. */
    async pointSlot(input: RunRef & { workBranch: string; hash: string }): Promise<{ hash: string }> {
      await pointAt(nessie, input.slot, { name: input.workBranch, hash: input.hash });
      return { hash: input.hash };
    },

    /**
     * Writes the gate results on the slot and merges it. Only that one table may have changed since the
     * audit, and only declared tables since the base. A run found in the target's history is not merged
     * again.
     */
    async publishRun(input: PublishRunInput): Promise<PublishRunResult> {
      const finalHash = await recordGates(deps, input);
      const result = await publishAuditedHash(nessie, {
        pipeline: input.pipeline,
        runId: input.runId,
        branch: input.slot,
        auditedHash: finalHash,
        baseHash: input.baseHash,
        into: input.branch,
        declaredOutputs: [...pipelineNamed(input.pipeline).outputs],
        properties: input.properties,
        message: `${input.pipeline} run ${input.runId}: ${input.properties['currents.rows']} rows, gates ${input.properties['currents.gates']}`,
      });
      if (result.mergeHash === null)
        throw new MergeConflictError(
          input.runId,
          result.conflicts.map(({ key }) => key ?? '?'),
        );
      return { mergeHash: result.mergeHash, outcome: result.outcome };
    },

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

    /**
     * Returns the slot, drops the branches of the run's attempts and expired failed branches that no hold
     * needs. Safe at any point, and safe to repeat.
     */
    async closeRun(input: RunRef & { holder: string }): Promise<void> {
      await releaseSlots(deps.client, input.holder);
      const leftovers = await nessie.listReferences(workBranches(input.pipeline, input.runId));
      const expired = await expiredBranches(deps, input);
      await Promise.all([...leftovers, ...expired].map((branch) => dropBranch(nessie, branch)));
    },
  };
}

/**
 * An earlier attempt may have written the rows and lost its answer: then the slot is ahead by exactly that
 * table.
 */
async function recordGates(deps: BranchDeps, input: PublishRunInput): Promise<string> {
  const before = await deps.nessie.getReference(input.slot);
  if (before.hash === input.auditedHash && input.rowsUris.length > 0)
    await deps.gateRows.insert(input.slot, input.pipeline, input.rowsUris);
  const after = await deps.nessie.getReference(input.slot);
  const since = await deps.nessie.diff(
    { name: input.slot, hash: input.auditedHash },
    { name: input.slot, hash: after.hash },
  );
  const allowed = [opsTable(input.pipeline, 'gate_results')];
  const others = undeclaredChanges(since, allowed);
  if (others.length > 0) throw new UndeclaredChangesError(input.slot, others, allowed);
  return after.hash;
}

/**
 * Expired failed branches, except those that an operator may still need to decide a hold. The closing run may
 * be about to hold the lane. A run id holds the time of its request, perhaps a long hold before its branch;
 * so the newest commit must be old as well.
 */
async function expiredBranches(deps: BranchDeps, { pipeline, runId }: RunRef): Promise<Reference[]> {
  const { nessie, client, config } = deps;
  const oldest_ms = Date.now() - config.FAILED_BRANCH_DAYS * DAY_MS;
  const asked = (await nessie.listReferences(failedBranch(pipeline, ''))).filter(
    ({ name }) => name < failedBranch(pipeline, runIdAt(oldest_ms)),
  );
  const made_ms = await Promise.all(asked.map((branch) => committedAt(nessie, branch)));
  const old = asked.filter(
    ({ name }, index) => name !== failedBranch(pipeline, runId) && made_ms[index]! < oldest_ms,
  );
  return old.length === 0 ? [] : withoutHeld(client, pipeline, old);
}

async function committedAt(nessie: NessieClient, { name, hash }: Reference): Promise<number> {
  const [head] = await nessie.log({ name, hash }, { max: 1 });
  return Date.parse(head?.committed_at ?? '') || 0;
}

/** An unreachable lane keeps all of them until a later run: the closing run must not fail because of them. */
async function withoutHeld(client: Client, pipeline: string, branches: Reference[]): Promise<Reference[]> {
  try {
    const held = (await findHeldRuns(client, pipeline)).map((runId) => failedBranch(pipeline, runId));
    return branches.filter(({ name }) => !held.includes(name));
  } catch (error) {
    log.warn('could not find out which runs hold a lane; keeping failed branches', {
      pipeline,
      branches: branches.map(({ name }) => name),
      error,
    });
    return [];
  }
}
