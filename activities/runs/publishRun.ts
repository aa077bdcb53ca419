import { opsTable } from '../../core/opsTables';
import type { PublishRunInput, PublishRunResult } from '../../core/steps';
import type { NessieClient } from '../../nessie/client';
import { MergeConflictError, UndeclaredChangesError } from '../../nessie/errors';
import { publishAuditedHash, undeclaredChanges } from '../../nessie/mergeRules';
import { pipelineNamed } from '../../pipelines/registry';
import type { GateRows } from '../gates/gateResults';

export interface PublishRunDeps {
  nessie: NessieClient;
  gateRows: GateRows;
}

export function createPublishRun(deps: PublishRunDeps) {
  return {
    /**
     * Writes the gate results on the slot and merges it. Only that one table may have changed since the
     * audit, and only declared tables since the base. A run found in the target's history is not merged
     * again.
     */
    async publishRun(input: PublishRunInput): Promise<PublishRunResult> {
      const finalHash = await recordGates(deps, input);
      const result = await publishAuditedHash(deps.nessie, {
        pipeline: input.pipeline,
        runId: input.runId,
        branch: input.slot,
        auditedHash: finalHash,
        baseHash: input.baseHash,
        into: input.branch,
        declaredOutputs: [...pipelineNamed(input.pipeline).outputs],
        properties: input.properties,
        message:
          `${input.pipeline} run ${input.runId}: ${input.properties['currents.rows']} rows, ` +
          `gates ${input.properties['currents.gates']}`,
      });
      if (result.mergeHash === null)
        throw new MergeConflictError(
          input.runId,
          result.conflicts.map(({ key }) => key ?? '?'),
        );
      return { mergeHash: result.mergeHash, outcome: result.outcome };
    },
  };
}

/**
 * An earlier attempt may have written the rows and lost its answer: then the slot is ahead by exactly that
 * table.
 */
async function recordGates(deps: PublishRunDeps, input: PublishRunInput): Promise<string> {
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
