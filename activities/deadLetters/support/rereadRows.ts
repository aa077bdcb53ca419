import type { ClaimedDeadLetter } from '../../../core/deadLetters/deadLetters';
import type { LandedFile, Source, SourceRecord } from '../../../core/source';
import { rowRecord } from '../../ingest/kafkaRecords';
import { findLanded, type LandedDeps } from './landedFiles';
import {
  dataMessage,
  outcomeOf,
  rejected,
  replayHeaders,
  withoutLanded,
  type Replay,
  type Reread,
} from './rereadOutcome';

/** Rejected rows of one file, judged by today's parser and rules. */
export async function rereadRows(
  deps: LandedDeps,
  replay: Replay,
  deadLetters: ClaimedDeadLetter[],
): Promise<Reread[]> {
  try {
    const landed = await findLanded(deps, replay.pipeline, deadLetters[0]!);
    if (!landed) return deadLetters.map(withoutLanded);
    const lines = new Set(deadLetters.map(({ source_line }) => source_line));
    const found = await recordsAt(deps.sourceOf(replay.pipeline), landed, lines);
    return deadLetters.map((deadLetter) =>
      judgedRow(replay, deadLetter, landed, found.get(deadLetter.source_line)),
    );
  } catch (error) {
    return deadLetters.map((deadLetter) => rejected(deadLetter, dataMessage(error)));
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
  deadLetter: ClaimedDeadLetter,
  landed: LandedFile,
  record: SourceRecord | undefined,
): Reread {
  if (!record)
    return rejected(
      deadLetter,
      `line ${deadLetter.source_line} of ${landed.name} is not a row of a table that is read`,
    );
  if (record.kind === 'deadLetter')
    return rejected(deadLetter, `still rejected: ${record.reason}: ${record.message}`);
  const { key, value, headers } = rowRecord(record, landed);
  const published = { key, value, headers: { ...headers, ...replayHeaders(replay, deadLetter) } };
  return {
    outcome: { ...outcomeOf(deadLetter, 'published', null), topics: [record.topic] },
    batches: [{ topic: record.topic, records: [published] }],
  };
}
