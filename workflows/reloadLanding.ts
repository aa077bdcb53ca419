import { continueAsNew, setCurrentDetails, upsertSearchAttributes, workflowInfo } from '@temporalio/workflow';
import { intervalsBetween } from '../core/interval';
import { MAIN_BRANCH } from '../core/ids';
import { Attributes } from '../core/searchAttributes';
import { failOnUserErrors } from './failures';
import { bulk, waiting } from './proxyOptions';

export interface ReloadInput {
  pipeline: string;
  /** ISO 8601, inclusive. */
  from: string;
  /** ISO 8601, exclusive. */
  to: string;
  /** Take out what the lake has of the same files first (a correction); else only what lacks is added (a rebuild). Default false. */
  replace?: boolean;
  /** Branch to change (default main). */
  target?: string;
}

export interface ReloadResult {
  chunks: number;
  files: number;
  quarantined: number;
  records: number;
  deadLetters: number;
  runs: string[];
}

export interface ReloadRun extends ReloadInput {
  /** Set when the reload goes on from an earlier history: days done, and what came of them. */
  continued?: { days: number; result: ReloadResult };
}

const DAY_MS = 86_400_000;

/**
 * Makes a stretch of the lake again from landing, under today's code, one bulk run a day, oldest first. The source is not asked.
 * Stops at the first run that fails; run again it goes over the same days and changes nothing that is right already. Goes on
 * in a new history between two days when the server finds this one long.
 */
export async function reloadLanding(input: ReloadRun): Promise<ReloadResult> {
  const { pipeline, replace = false, target = MAIN_BRANCH } = input;
  const days = failOnUserErrors(() => intervalsBetween(input.from, input.to, DAY_MS));
  upsertSearchAttributes([{ key: Attributes.pipeline, value: pipeline }, { key: Attributes.runKind, value: 'backfill' }, { key: Attributes.nessieBranch, value: target }]);
  const { days: done, result } = input.continued ?? { days: 0, result: { chunks: 0, files: 0, quarantined: 0, records: 0, deadLetters: 0, runs: [] } };
  for (let index = done; index < days.length; index += 1) {
    if (workflowInfo().continueAsNewSuggested) await continueAsNew<typeof reloadLanding>({ ...input, continued: { days: index, result } });
    const day = days[index]!;
    const from = later(day.start, input.from);
    const to = earlier(day.end, input.to);
    const { batch, files, quarantined } = await bulk.stageLanding({ pipeline, from, to, replace, name: `${workflowInfo().firstExecutionRunId}/day-${index}` });
    if (!batch) continue;
    setCurrentDetails(`day ${index + 1} of ${days.length}: refining ${batch.records} records of ${files} files`);
    const run = await waiting.requestTurnResult({ pipeline, branch: target, kind: 'operator', landing: batch, requestedBy: workflowInfo().workflowId });
    result.chunks += 1;
    result.files += files;
    result.quarantined += quarantined;
    result.records += run.records;
    result.deadLetters += run.deadLetters;
    result.runs.push(run.runId);
  }
  return result;
}

function later(a: string, b: string): string {
  return Date.parse(a) > Date.parse(b) ? a : new Date(b).toISOString();
}

function earlier(a: string, b: string): string {
  return Date.parse(a) < Date.parse(b) ? a : new Date(b).toISOString();
}
