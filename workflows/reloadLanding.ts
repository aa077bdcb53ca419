import {
  continueAsNew,
  patched,
  setCurrentDetails,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import { NothingLandedError } from '../core/errors';
import { DAY_MS, intervalsBetween, parseInstant, type Interval } from '../core/interval';
import { MAIN_BRANCH } from '../core/ids';
import { joinGaps, type LandedGaps } from '../core/landedGaps';
import { Attributes } from '../core/searchAttributes';
import { asFailure, failOnUserErrors } from './failures';
import { bulk, waiting } from './proxyOptions';

type StagedLanding = Awaited<ReturnType<typeof bulk.stageLanding>>;

export interface ReloadInput {
  pipeline: string;
  /** ISO 8601, inclusive; without an offset UTC. */
  from: string;
  /** ISO 8601, exclusive; without an offset UTC. */
  to: string;
  /**
   * First remove the lake's rows of the same files (a correction); otherwise only missing rows are added (a
   * rebuild). Default false.
   */
  replace?: boolean;
  /** Branch to change (default main). */
  target?: string;
  /** Reason to merge although gates fail: data once merged by override would stop every rebuild. */
  override?: { reason: string };
}

export interface ReloadResult {
  chunks: number;
  files: number;
  quarantined: number;
  records: number;
  deadLetters: number;
  runs: string[];
  /**
   * Files of many intervals that were taken whole although the range covers a part: the lake replaces by
   * file.
   */
  wholeTables: string[];
  /** Intervals of the range without a file in landing, by report: their rows in the lake are unchanged. */
  unlanded: LandedGaps;
}

export interface ReloadRun extends ReloadInput {
  /** Set when the reload was continued as new: days done and their outcomes. */
  continued?: { days: number; result: Partial<ReloadResult> };
}

/**
 * Rebuilds a time range of the lake from landing with today's code, one bulk run a day, oldest first. Does
 * not ask the source. Stops at the first run that fails; a second run repeats the same days and changes
 * nothing that is already right. Continues as new between two days when the server suggests it. Fails with
 * NOTHING_LANDED when landing has no file for the range.
 */
export async function reloadLanding(input: ReloadRun): Promise<ReloadResult> {
  const { pipeline, target = MAIN_BRANCH } = input;
  const days = failOnUserErrors(() => daysOf(input));
  upsertSearchAttributes([
    { key: Attributes.pipeline, value: pipeline },
    { key: Attributes.runKind, value: 'backfill' },
    { key: Attributes.nessieBranch, value: target },
  ]);
  const { days: done, result: before } = input.continued ?? { days: 0, result: {} };
  const result: ReloadResult = { ...nothingDone(), ...before };
  for (let index = done; index < days.length; index += 1) {
    if (workflowInfo().continueAsNewSuggested)
      await continueAsNew<typeof reloadLanding>({ ...input, continued: { days: index, result } });
    await reloadDay(input, days, index, result);
  }
  if (result.files + result.quarantined === 0 && patched('reload-of-nothing-fails'))
    throw asFailure(new NothingLandedError(pipeline, input.from, input.to));
  return result;
}

function nothingDone(): ReloadResult {
  return {
    chunks: 0,
    files: 0,
    quarantined: 0,
    records: 0,
    deadLetters: 0,
    runs: [],
    wholeTables: [],
    unlanded: {},
  };
}

/** Stages what was landed for one day and has it refined, if it has any record. */
async function reloadDay(
  input: ReloadRun,
  days: Interval[],
  index: number,
  result: ReloadResult,
): Promise<void> {
  const { pipeline, replace = false, target = MAIN_BRANCH, override } = input;
  const { start: from, end: to } = days[index]!;
  const staged = await bulk.stageLanding({
    pipeline,
    from,
    to,
    replace,
    name: `${workflowInfo().firstExecutionRunId}/day-${index}`,
    whole: { from: days[0]!.start, to: days.at(-1)!.end },
  });
  addStaged(result, staged);
  if (!staged.batch) return;
  setCurrentDetails(
    `day ${index + 1} of ${days.length}: refining ${staged.batch.records} records of ${staged.files} files`,
  );
  const run = await waiting.requestTurnResult({
    pipeline,
    branch: target,
    kind: 'operator',
    work: { kind: 'landed', batch: staged.batch },
    override,
    requestedBy: workflowInfo().workflowId,
  });
  addRun(result, run);
}

function addRun(
  result: ReloadResult,
  { runId, records, deadLetters }: Awaited<ReturnType<typeof waiting.requestTurnResult>>,
): void {
  result.chunks += 1;
  result.records += records;
  result.deadLetters += deadLetters;
  result.runs.push(runId);
}

function addStaged(
  result: ReloadResult,
  { files, quarantined, wholeTables = [], unlanded = {} }: StagedLanding,
): void {
  result.files += files;
  result.quarantined += quarantined;
  result.wholeTables.push(...wholeTables);
  result.unlanded = joinGaps(result.unlanded, unlanded);
}

/**
 * Days (UTC) of a range, oldest first; the first and the last are clipped to the range.
 *
 * @throws InvalidIntervalError when a bound is not ISO 8601 or `from` is not before `to`.
 */
export function daysOf({ from, to }: Pick<ReloadInput, 'from' | 'to'>): Interval[] {
  const [from_ms, to_ms] = [parseInstant(from, 'from'), parseInstant(to, 'to')];
  return intervalsBetween(isoOf(from_ms), isoOf(to_ms), DAY_MS).map(({ start, end }) => ({
    start: isoOf(Math.max(Date.parse(start), from_ms)),
    end: isoOf(Math.min(Date.parse(end), to_ms)),
  }));
}

function isoOf(instant_ms: number): string {
  return new Date(instant_ms).toISOString();
}
