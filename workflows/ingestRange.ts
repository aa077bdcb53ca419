import {
  continueAsNew,
  executeChild,
  ParentClosePolicy,
  setCurrentDetails,
  upsertSearchAttributes,
  workflowInfo,
  WorkflowIdReusePolicy,
} from '@temporalio/workflow';
import { ingestWorkflowId, MAIN_BRANCH } from '../core/ids';
import { addCounts, NO_COUNTS } from '../core/ingestCounts';
import { intervalsBetween, type Interval } from '../core/interval';
import { filesIntake } from '../core/pipeline';
import type { IngestCounts, IngestedRange, IngestRangeInput } from '../core/runs';
import { Attributes } from '../core/searchAttributes';
import { pipelineNamed } from './pipelines';
import { failOnUserErrors, isAlreadyStarted } from './failures';
import { ingestInterval } from './ingestInterval';
import { quick, waiting } from './proxyOptions';

/** Enough to keep the source's answers and our parsing overlapped on two cores. */
const INTERVALS_AT_ONCE = 4;

export interface IngestRangeRun extends IngestRangeInput {
  /** Set when the range was continued as new. */
  continued?: IngestedSoFar;
}

interface IngestedSoFar {
  /** Intervals done, from the oldest. */
  intervals: number;
  counts: IngestCounts;
  /** Listings read at this moment or later are fresh enough for every interval. */
  listedSince: string;
}

/**
 * Ingests what the source has for a range, each interval under the same id its schedule would use, and,
 * unless told not to, refines it in one run. Ends when that run is merged; fails with the run's own error.
 * Continues as new when the server suggests it (4,096 events, some two days of intervals).
 */
export async function ingestRange(input: IngestRangeRun): Promise<IngestedRange> {
  const intervals = failOnUserErrors(() =>
    intervalsBetween(
      input.from,
      input.to,
      filesIntake(pipelineNamed(input.pipeline), 'ingest a range').step_ms,
    ),
  );
  upsertSearchAttributes([
    { key: Attributes.pipeline, value: input.pipeline },
    { key: Attributes.nessieBranch, value: input.branch ?? MAIN_BRANCH },
  ]);
  if (!input.continued) await quick.prepareSource({ pipeline: input.pipeline });
  const done = await ingestAll(
    input,
    intervals,
    input.continued ?? { intervals: 0, counts: NO_COUNTS, listedSince: new Date().toISOString() },
  );
  if (done.intervals < intervals.length)
    await continueAsNew<typeof ingestRange>({ ...input, continued: done });
  const { counts } = done;
  if (input.refine === false) return { ...counts, intervals: intervals.length, refine: null };
  setCurrentDetails(
    `${intervals.length} intervals ingested: ${counts.rows} rows, ` +
      `${counts.deadLetters} dead letters; refining`,
  );
  const refine = await waiting.requestTurnResult({
    pipeline: input.pipeline,
    branch: input.branch,
    kind: 'operator',
    requestedBy: workflowInfo().workflowId,
  });
  return { ...counts, intervals: intervals.length, refine };
}

/** Every interval, or as many as this history has room for; a started interval always finishes. */
async function ingestAll(
  input: IngestRangeInput,
  intervals: Interval[],
  soFar: IngestedSoFar,
): Promise<IngestedSoFar> {
  let { intervals: next, counts: total } = soFar;
  const hasNext = (): boolean => next < intervals.length && !workflowInfo().continueAsNewSuggested;
  const worker = async (): Promise<void> => {
    while (hasNext()) {
      const index = next++;
      const counts = await ingestOne(input, intervals[index]!, soFar.listedSince);
      total = addCounts(total, counts);
      setCurrentDetails(
        `interval ${index + 1} of ${intervals.length}: ${total.rows} rows, ${total.deadLetters} ` +
          'dead letters so far',
      );
    }
  };
  await Promise.all(Array.from({ length: INTERVALS_AT_ONCE }, worker));
  return { ...soFar, intervals: next, counts: total };
}

/** An interval that is being ingested by its schedule at this moment is waited for, not started twice. */
async function ingestOne(
  input: IngestRangeInput,
  interval: Interval,
  listedSince: string,
): Promise<IngestCounts> {
  const { pipeline, verify = true } = input;
  const workflowId = ingestWorkflowId(pipeline, interval.start);
  try {
    return await executeChild(ingestInterval, {
      workflowId,
      args: [{ pipeline, intervalStart: interval.start, wait: false, refine: false, verify, listedSince }],
      workflowIdReusePolicy: WorkflowIdReusePolicy.ALLOW_DUPLICATE,
      parentClosePolicy: ParentClosePolicy.REQUEST_CANCEL,
      staticSummary: `${pipeline}: interval from ${interval.start}`,
    });
  } catch (error) {
    if (!isAlreadyStarted(error)) throw error;
    await waiting.awaitWorkflow({ workflowId });
    return ingestOne(input, interval, listedSince);
  }
}
