import { setCurrentDetails, upsertSearchAttributes, workflowInfo } from '@temporalio/workflow';
import { DeadLetterDecisionIncompleteError } from '../core/deadLetters/errors';
import { chosenFiles, type OffendingFiles, type QuarantineInput } from '../core/gates/quarantine';
import { MAIN_BRANCH } from '../core/ids';
import type { RefineResult } from '../core/runs';
import { Attributes } from '../core/searchAttributes';
import { pipelineNamed } from './pipelines';
import { failOnUserErrors } from './failures';
import { heavy, waiting } from './proxyOptions';
import { withSlot } from './slots';

export interface QuarantineResult extends OffendingFiles {
  status: 'done' | 'dry_run';
  /** The run that took the batch without these files. */
  refine: RefineResult | null;
}

/**
 * Answers a run that holds the lane by sending the files that break its gates to dead letters: finds them,
 * then asks the lane for a run over the same batch in which their records are dead letters. The lane rejects
 * it if another run holds the lane by then. With `dryRun` it only finds them.
 */
export async function quarantineRun(input: QuarantineInput): Promise<QuarantineResult> {
  const {
    pipeline,
    runId,
    branch = MAIN_BRANCH,
    dryRun = false,
    reason = '',
    requestedBy = workflowInfo().workflowId,
  } = input;
  failOnUserErrors(() => check(input));
  upsertSearchAttributes([
    { key: Attributes.pipeline, value: pipeline },
    { key: Attributes.nessieBranch, value: branch },
  ]);
  const found = await withSlot(workflowInfo().workflowId, (slot) =>
    heavy.findOffendingFiles({ pipeline, branch, slot, runId, mustHold: !dryRun }),
  );
  const chosen = failOnUserErrors(() => chosenFiles(found, input));
  if (dryRun) return { status: 'dry_run', ...found, files: chosen.files, refine: null };
  setCurrentDetails(`sending ${chosen.files.length} files to dead letters: ${chosen.rule}`);
  const checksums = chosen.files.map(({ sha256 }) => sha256);
  const refine = await waiting.requestTurnResult({
    pipeline,
    branch,
    kind: 'operator',
    requestedBy: `${workflowInfo().workflowId}: ${reason}`,
    decides: { runId, reason },
    work: {
      kind: 'records',
      quarantine: { checksums, rule: chosen.rule, reason: `${reason} (${requestedBy})` },
    },
  });
  return { status: 'done', ...found, files: chosen.files, refine };
}

function check({ pipeline, dryRun, reason }: QuarantineInput): void {
  pipelineNamed(pipeline);
  if (!dryRun && !reason?.trim()) throw new DeadLetterDecisionIncompleteError('reason', 'none');
}
