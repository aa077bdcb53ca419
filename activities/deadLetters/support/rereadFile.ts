import type { ClaimedDeadLetter } from '../../../core/deadLetters/deadLetters';
import { isoSeconds } from '../../../core/interval';
import { filesIntake, isDeadLetterTopic } from '../../../core/pipeline';
import type { FileSummary } from '../../../core/source';
import { pipelineNamed } from '../../../pipelines/registry';
import { batchesOf } from '../../ingest/fileBatches';
import type { Landed } from '../../ingest/landing';
import { findLanded, type LandedDeps } from './landedFiles';
import { dataMessage, outcomeOf, rejected, withoutLanded, type Replay, type Reread } from './rereadOutcome';

/**
 * A published file has up to 200 KB and some thousand rows; a month's table millions. All records of a file
 * are held at once, some 2 KB each, in the process that also takes the live files.
 */
const FILE_BYTES_MAX = 2 << 20;
const FILE_RECORDS_MAX = 50_000;

/** A file that was quarantined whole, read again; a large one is left to a backfill. */
export async function rereadFile(
  deps: LandedDeps,
  replay: Replay,
  deadLetter: ClaimedDeadLetter,
): Promise<Reread> {
  try {
    const landed = await findLanded(deps, replay.pipeline, deadLetter);
    return landed ? await rereadLanded(deps, replay, deadLetter, landed) : withoutLanded(deadLetter);
  } catch (error) {
    return rejected(deadLetter, dataMessage(error));
  }
}

async function rereadLanded(
  deps: LandedDeps,
  replay: Replay,
  deadLetter: ClaimedDeadLetter,
  landed: Landed,
): Promise<Reread> {
  const { name, bytes, sha256 } = landed;
  const backfill = (): string => backfillOf(deps, replay, landed);
  if (isPack(deps, replay, landed))
    return rejected(
      deadLetter,
      `${name} packs published files: ${backfill()} reads it again; then discard this dead letter`,
    );
  if (bytes.length > FILE_BYTES_MAX)
    return tooLarge(deadLetter, name, `${FILE_BYTES_MAX}`, `${bytes.length} bytes`, backfill());
  const reading = await deps.sourceOf(replay.pipeline).readRecords(landed);
  const found = recordsIn(reading.summary);
  if (found > FILE_RECORDS_MAX)
    return tooLarge(deadLetter, name, `${FILE_RECORDS_MAX}`, `${found} records`, backfill());
  const { topics: batches, rows } = batchesOf(reading, landed);
  const topics = batches.map(({ topic }) => topic).filter((topic) => !isDeadLetterTopic(topic));
  return { outcome: { ...outcomeOf(deadLetter, 'published', null), topics, rows, sha256 }, batches };
}

function recordsIn({ rows, deadLetters }: FileSummary): number {
  return [...Object.values(rows), ...Object.values(deadLetters)].reduce((sum, count) => sum + count, 0);
}

function tooLarge(
  deadLetter: ClaimedDeadLetter,
  name: string,
  most: string,
  found: string,
  backfill: string,
): Reread {
  const detail =
    `${name}: a replay publishes files of at most ${most}, found ${found}: ` +
    `${backfill} reads it piece by piece; a replay after that finds its rows`;
  return { outcome: outcomeOf(deadLetter, 'tooLarge', detail), batches: [] };
}

/** The rows of a pack carry the checksums of the files in it, so none is found under the pack's checksum. */
function isPack({ sourceOf }: LandedDeps, { pipeline }: Replay, { name }: Landed): boolean {
  const place = sourceOf(pipeline).placeOf(name);
  return place?.holds_from !== undefined && !place.isOneTable;
}

/** The command that reads the whole file again. */
function backfillOf({ sourceOf }: LandedDeps, { pipeline }: Replay, { name }: Landed): string {
  const { interval_end_at: to, holds_from } = sourceOf(pipeline).placeOf(name)!;
  const from =
    holds_from ??
    isoSeconds(Date.parse(to) - filesIntake(pipelineNamed(pipeline), 'read landed files').step_ms);
  return `npx currents backfill --mode failed --from ${from} --to ${to}`;
}
