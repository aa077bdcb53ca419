import type { ClaimedDeadLetter, ReplayOutcome } from '../../core/deadLetters/deadLetters';
import { REPLAY_ATTEMPT, REPLAY_OF } from '../../core/deadLetters/deadLettersSql';
import { CurrentsError } from '../../core/errors';
import { isoSeconds } from '../../core/interval';
import { filesIntake, isDeadLetterTopic, type FeedDefinition } from '../../core/pipeline';
import type { FileSummary, LandedFile, Source, SourceRecord } from '../../core/source';
import { pipelineNamed } from '../../pipelines/registry';
import type { KafkaRecord } from '../../clients/kafka/kafka';
import { batchesOf } from '../ingest/ingest';
import { FILE_HEADER, rowRecord } from '../ingest/kafkaRecords';
import type { Landed } from '../ingest/landing';
import { findLanded, type LandedDeps } from './support/landedFiles';

/** A dead letter with the outcome of reading it again, and the records to publish. */
export interface Reread {
  outcome: ReplayOutcome;
  batches: { topic: string; records: KafkaRecord[] }[];
}

interface Replay {
  pipeline: string;
  requestedBy: string;
}

/** Stages at which ingest rejects; their dead letters hold a line or a pointer, not a message to publish. */
const OF_INGEST = { row: 'contract', file: 'land' } as const;

/**
 * A published file has up to 200 KB and some thousand rows; a month's table millions. All records of a file
 * are held at once, some 2 KB each, in the process that also takes the live files.
 */
const FILE_BYTES_MAX = 2 << 20;
const FILE_RECORDS_MAX = 50_000;

/** Dead letters grouped by file and read lazily, so that memory holds the rows of one file. */
export async function* rereadDeadLetters(
  deps: LandedDeps,
  replay: Replay,
  letters: ClaimedDeadLetter[],
): AsyncGenerator<Reread[]> {
  const absent = letters.filter(({ isPresent }) => !isPresent);
  yield letters
    .filter(({ isPresent }) => isPresent)
    .map((letter) => ({ outcome: outcomeOf(letter, 'present', 'bronze has the record'), batches: [] }));
  yield absent
    .filter(({ stage }) => stage !== OF_INGEST.row && stage !== OF_INGEST.file)
    .map((letter) => wholeMessage(replay, letter));
  for (const letter of absent.filter(({ stage }) => stage === OF_INGEST.file))
    yield [await readFile(deps, replay, letter)];
  for (const ofFile of groupByFile(absent.filter(({ stage }) => stage === OF_INGEST.row)))
    yield await readRows(deps, replay, ofFile);
}

function groupByFile(letters: ClaimedDeadLetter[]): ClaimedDeadLetter[][] {
  const groups = new Map<string, ClaimedDeadLetter[]>();
  for (const letter of letters)
    groups.set(letter.source_sha256 ?? letter.id, [
      ...(groups.get(letter.source_sha256 ?? letter.id) ?? []),
      letter,
    ]);
  return [...groups.values()];
}

async function readRows(deps: LandedDeps, replay: Replay, letters: ClaimedDeadLetter[]): Promise<Reread[]> {
  try {
    const landed = await findLanded(deps, replay.pipeline, letters[0]!);
    if (!landed)
      return letters.map((letter) =>
        refused(
          letter,
          `no landed file ${letter.source_file ?? ''} with checksum ${letter.source_sha256 ?? 'unknown'}`,
        ),
      );
    const found = await recordsAt(
      deps.sourceOf(replay.pipeline),
      landed,
      new Set(letters.map(({ source_line }) => source_line)),
    );
    return letters.map((letter) => judgedRow(replay, letter, landed, found.get(letter.source_line)));
  } catch (error) {
    return letters.map((letter) => refused(letter, dataMessage(error)));
  }
}

async function recordsAt(
  source: Source,
  landed: LandedFile,
  lines: Set<number | null>,
): Promise<Map<number | null, SourceRecord>> {
  const { records } = await source.readRecords(landed);
  const found = new Map<number | null, SourceRecord>();
  for (const record of records) if (lines.has(record.line)) found.set(record.line, record);
  return found;
}

function judgedRow(
  replay: Replay,
  letter: ClaimedDeadLetter,
  landed: LandedFile,
  record: SourceRecord | undefined,
): Reread {
  if (!record)
    return refused(
      letter,
      `line ${letter.source_line} of ${landed.name} is not a row of a table that is read`,
    );
  if (record.kind === 'deadLetter')
    return refused(letter, `still rejected: ${record.reason}: ${record.message}`);
  const { key, value, headers } = rowRecord(record, landed);
  const published = { key, value, headers: { ...headers, ...replayHeaders(replay, letter) } };
  return {
    outcome: { ...outcomeOf(letter, 'published', null), topics: [record.topic] },
    batches: [{ topic: record.topic, records: [published] }],
  };
}

async function readFile(deps: LandedDeps, replay: Replay, letter: ClaimedDeadLetter): Promise<Reread> {
  try {
    const landed = await findLanded(deps, replay.pipeline, letter);
    if (!landed)
      return refused(
        letter,
        `no landed file ${letter.source_file ?? ''} with checksum ${letter.source_sha256 ?? 'unknown'}`,
      );
    if (isPack(deps, replay, landed))
      return refused(
        letter,
        `${landed.name} packs published files: ${backfillOf(deps, replay, landed)} reads it again; then discard this dead letter`,
      );
    if (landed.bytes.length > FILE_BYTES_MAX)
      return tooLarge(deps, replay, letter, landed, `${landed.bytes.length} bytes`, `${FILE_BYTES_MAX}`);
    const reading = await deps.sourceOf(replay.pipeline).readRecords(landed);
    const found = recordsIn(reading.summary);
    if (found > FILE_RECORDS_MAX)
      return tooLarge(deps, replay, letter, landed, `${found} records`, `${FILE_RECORDS_MAX}`);
    const { topics: batches, rows } = batchesOf(reading, landed);
    const topics = batches.map(({ topic }) => topic).filter((topic) => !isDeadLetterTopic(topic));
    return {
      outcome: { ...outcomeOf(letter, 'published', null), topics, rows, sha256: landed.sha256 },
      batches,
    };
  } catch (error) {
    return refused(letter, dataMessage(error));
  }
}

function recordsIn({ rows, deadLetters }: FileSummary): number {
  return [...Object.values(rows), ...Object.values(deadLetters)].reduce((sum, count) => sum + count, 0);
}

function tooLarge(
  deps: LandedDeps,
  replay: Replay,
  letter: ClaimedDeadLetter,
  landed: Landed,
  found: string,
  most: string,
): Reread {
  const detail = `${landed.name}: a replay publishes files of at most ${most}, found ${found}: ${backfillOf(deps, replay, landed)} reads it piece by piece; a replay after that finds its rows`;
  return { outcome: outcomeOf(letter, 'tooLarge', detail), batches: [] };
}

/** The rows of a pack carry the checksums of the files in it, so none is found under the pack's checksum. */
function isPack({ sourceOf }: LandedDeps, { pipeline }: Replay, { name }: Landed): boolean {
  const place = sourceOf(pipeline).placeOf(name);
  return place?.holds_from !== undefined && !place.isOneTable;
}

function backfillOf({ sourceOf }: LandedDeps, { pipeline }: Replay, { name }: Landed): string {
  const { interval_end_at: to, holds_from } = sourceOf(pipeline).placeOf(name)!;
  const from =
    holds_from ??
    isoSeconds(Date.parse(to) - filesIntake(pipelineNamed(pipeline), 'read landed files').step_ms);
  return `npx currents backfill --mode failed --from ${from} --to ${to}`;
}

/**
 * The message is published unchanged. A feed that identifies records by file and line needs both in the
 * message: Spark rejects it without them. Any other feed takes it as a new record, whose headers name the
 * dead letter.
 */
function wholeMessage(replay: Replay, letter: ClaimedDeadLetter): Reread {
  const { sha256, line } = coordinatesIn(letter);
  const isByFile = identityOf(replay.pipeline, letter.topic) === 'fileLine';
  if (letter.payload === null) return refused(letter, 'the dead letter holds no message');
  if (isByFile && (sha256 === null || line === null))
    return refused(letter, 'the message names no file and line: its producer must fix it and send it again');
  const kept = Object.entries(letter.headers).filter(([name]) =>
    isByFile ? OF_FILES.test(name) : !OF_REFUSALS.test(name),
  );
  const record = {
    key: letter.source_file ?? letter.id,
    value: letter.payload,
    headers: { ...Object.fromEntries(kept), ...replayHeaders(replay, letter) },
  };
  return {
    outcome: { ...outcomeOf(letter, 'published', null), topics: [letter.topic], sha256, line },
    batches: [{ topic: letter.topic, records: [record] }],
  };
}

/** Headers that a rejection added to the record. */
const OF_REFUSALS = /^(__connect\.errors\.|currents\.)/;
const OF_FILES = /^(currents\.(source-file|source-sha256|contract|file)|traceparent)$/;

function identityOf(pipeline: string, topic: string): FeedDefinition['identity'] | undefined {
  return pipelineNamed(pipeline).feeds.find((feed) => feed.topic === topic)?.identity;
}

/**
 * Checksum of the file and line of a row's message. Messages of version 1, which Kafka keeps for two weeks
 * and dead letters for longer, hold both; later ones have the checksum in the header of their file.
 */
function coordinatesIn({ payload, headers }: ClaimedDeadLetter): {
  sha256: string | null;
  line: number | null;
} {
  const message = objectIn(payload);
  const sha256 = message['source_sha256'] ?? objectIn(headers[FILE_HEADER])['source_sha256'];
  const line = message['source_line'] ?? message['line'];
  return {
    sha256: typeof sha256 === 'string' ? sha256 : null,
    line: typeof line === 'number' ? line : null,
  };
}

function objectIn(json: string | null | undefined): Record<string, unknown> {
  try {
    return (JSON.parse(json ?? '') as Record<string, unknown> | null) ?? {};
  } catch {
    return {};
  }
}

/** Identifies a record that is rejected again as the same dead letter, and names its sender. */
function replayHeaders({ requestedBy }: Replay, letter: ClaimedDeadLetter): Record<string, string> {
  return {
    [REPLAY_OF]: letter.id,
    [REPLAY_ATTEMPT]: String(letter.attempt),
    'currents.replayed-by': requestedBy,
  };
}

function refused(letter: ClaimedDeadLetter, detail: string): Reread {
  return { outcome: outcomeOf(letter, 'refused', detail), batches: [] };
}

function outcomeOf(
  { id, attempt, source_sha256, source_line }: ClaimedDeadLetter,
  outcome: ReplayOutcome['outcome'],
  detail: string | null,
): ReplayOutcome {
  return { id, attempt, outcome, detail, topics: [], sha256: source_sha256, line: source_line, rows: 0 };
}

/** Untrusted bytes are an outcome; an unavailable system is not. */
function dataMessage(error: unknown): string {
  if (error instanceof CurrentsError && error.kind === 'data')
    return `still rejected: ${String(error.details.reason ?? error.code)}: ${error.message}`;
  throw error;
}
