import {
  ActivityFailure,
  TimeoutFailure,
  setCurrentDetails,
  upsertMemo,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import type { IngestFileResult } from '../activities/ingest/ingest';
import { intervalAt, parseInstant, type Interval } from '../core/interval';
import { filesIntake } from '../core/pipeline';
import type { IngestCounts, IngestIntervalInput } from '../core/runs';
import type { SourceFile } from '../core/source';
import { Attributes, scheduledStartTime } from '../core/searchAttributes';
import { pipelineNamed } from './pipelines';
import { failOnUserErrors } from './failures';
import { download, polling, quick } from './proxyOptions';

/**
 * Takes what the source has published for one interval into Kafka: lands each file, reads it, publishes
 * its rows and dead letters, then asks the lane for a refine run. Running it again publishes nothing new.
 */
export async function ingestInterval(input: IngestIntervalInput): Promise<IngestCounts> {
  const interval = failOnUserErrors(() => intervalOf(input));
  const { pipeline, wait = true, refine = true, verify = false, listedSince } = input;
  upsertSearchAttributes([
    { key: Attributes.pipeline, value: pipeline },
    { key: Attributes.intervalStart, value: new Date(interval.start) },
    { key: Attributes.intervalEnd, value: new Date(interval.end) },
  ]);
  const found = await findFiles({
    pipeline,
    interval,
    wait,
    verify,
    listedSince,
    lookBack_ms: refine ? filesIntake(pipelineNamed(pipeline), 'ingest an interval').lookBack_ms : 0,
  });
  const results = await ingestFiles(pipeline, found.files);
  const counts = countsOf(results, found.seen, found.missing);
  report(counts, results);
  // Does not look at the counts: after a worker died, the next attempt sees its published file with no rows.
  // The file would wait for another interval's run. A run that finds nothing to take is short.
  if (refine && found.files.length > 0) {
    await quick.requestTurn({ pipeline, kind: 'live', wait: false, requestedBy: workflowInfo().workflowId });
  }
  return counts;
}

/** The schedule's nominal time, never the clock: a run that starts late still has its own interval. */
function intervalOf(input: IngestIntervalInput): Interval {
  const { step_ms } = filesIntake(pipelineNamed(input.pipeline), 'ingest an interval');
  const start =
    input.intervalStart ?? workflowInfo().typedSearchAttributes.get(scheduledStartTime)?.toISOString();
  const start_ms = parseInstant(
    start ?? 'nothing (give intervalStart, or start it by its schedule)',
    'intervalStart',
  );
  return intervalAt(Math.floor(start_ms / step_ms) * step_ms, step_ms);
}

/** Files of one name are processed in sequence, so that a copy in a second folder is recognized. */
async function ingestFiles(pipeline: string, files: SourceFile[]): Promise<IngestFileResult[]> {
  const results: IngestFileResult[] = [];
  const ingestNamed = async (name: string): Promise<void> => {
    for (const file of files.filter((candidate) => candidate.name === name))
      results.push(await download.ingestFile({ pipeline, file }));
  };
  await Promise.all([...new Set(files.map(({ name }) => name))].map(ingestNamed));
  return results;
}

type FindInput = Parameters<typeof polling.findSourceFiles>[0];

/**
 * When the source publishes nothing more for a whole interval, the existing files are taken and the gap is
 * reported.
 */
async function findFiles(input: FindInput): ReturnType<typeof polling.findSourceFiles> {
  try {
    return await polling.findSourceFiles(input);
  } catch (error) {
    if (!input.wait || !isSilence(error)) throw error;
    return polling.findSourceFiles({ ...input, wait: false });
  }
}

function isSilence(error: unknown): boolean {
  if (!(error instanceof ActivityFailure)) return false;
  const cause = error.cause as (Error & { type?: string }) | undefined;
  return cause instanceof TimeoutFailure || cause?.type === 'SOURCE_NOT_PUBLISHED';
}

function countsOf(results: IngestFileResult[], seen: number, missing: string[]): IngestCounts {
  const sum = (pick: (result: IngestFileResult) => number): number =>
    results.reduce((total, result) => total + pick(result), 0);
  return {
    files: sum((result) => (result.status === 'published' ? 1 : 0)),
    seen: seen + sum((result) => (result.status === 'seen' ? 1 : 0)),
    quarantined: sum((result) => (result.status === 'quarantined' ? 1 : 0)),
    rows: sum((result) => result.rows),
    deadLetters: sum((result) => result.deadLetters),
    missing,
  };
}

/** Details need a live worker to be read, so the counts also go into memo and search attributes. */
function report(counts: IngestCounts, results: IngestFileResult[]): void {
  upsertSearchAttributes([
    { key: Attributes.rows, value: counts.rows },
    { key: Attributes.deadLetterRows, value: counts.deadLetters },
  ]);
  upsertMemo({
    files: results
      .map(({ name, status, reason }) => (reason ? `${name}: ${reason}` : `${name}: ${status}`))
      .slice(0, 20),
  });
  const lines = results.map(
    ({ name, status, rows, deadLetters, reason }) =>
      `| ${name} | ${reason ?? status} | ${rows} | ${deadLetters} |`,
  );
  const gaps = counts.missing.map((gap) => `- not published: ${gap}`);
  setCurrentDetails(
    ['| file | result | rows | dead letters |', '|---|---|---|---|', ...lines, '', ...gaps].join('\n'),
  );
}
