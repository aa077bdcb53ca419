import { upsertSearchAttributes, workflowInfo } from '@temporalio/workflow';
import { checkedFilter } from '../core/deadLetters/filter';
import {
  DEFAULT_DEAD_LETTER_LIMIT,
  MOST_DEAD_LETTERS_AT_ONCE,
  type DiscardInput,
  type DiscardResult,
} from '../core/deadLetters/deadLetters';
import { MAIN_BRANCH } from '../core/ids';
import { Attributes } from '../core/searchAttributes';
import { pipelineNamed } from './pipelines';
import { failOnUserErrors } from './failures';
import { deciding } from './proxyOptions';
import { withSlot } from './slots';

/** Marks dead letters as discarded, with actor and reason. Deletes nothing; repeating it changes nothing. */
export async function discardDeadLetters(input: DiscardInput): Promise<DiscardResult> {
  const { workflowId, runId } = workflowInfo();
  const { branch = MAIN_BRANCH, limit = DEFAULT_DEAD_LETTER_LIMIT, dryRun = false } = input;
  failOnUserErrors(() => [pipelineNamed(input.pipeline), checkedFilter(input.filter)]);
  upsertSearchAttributes([
    { key: Attributes.pipeline, value: input.pipeline },
    { key: Attributes.nessieBranch, value: branch },
  ]);
  const discarded = await withSlot(workflowId, (slot) =>
    deciding.discardDeadLetters({
      ...input,
      branch,
      dryRun,
      slot,
      workflowId,
      limit: Math.min(limit, MOST_DEAD_LETTERS_AT_ONCE),
      decisionId: `${workflowId}/${runId}/discard`,
    }),
  );
  return { status: dryRun ? 'dry_run' : discarded.discarded > 0 ? 'done' : 'nothing_to_do', ...discarded };
}
