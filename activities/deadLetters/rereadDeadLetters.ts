import type { ClaimedDeadLetter } from '../../core/deadLetters/deadLetters';
import type { LandedDeps } from './support/landedFiles';
import { rereadFile } from './support/rereadFile';
import { rereadMessage } from './support/rereadMessage';
import { outcomeOf, type Replay, type Reread } from './support/rereadOutcome';
import { rereadRows } from './support/rereadRows';

/** Stages at which ingest rejects; their dead letters hold a line or a pointer, not a message to publish. */
const OF_INGEST = { row: 'contract', file: 'land' } as const;

/** Dead letters grouped by file and read lazily, so that memory holds the rows of one file. */
export async function* rereadDeadLetters(
  deps: LandedDeps,
  replay: Replay,
  deadLetters: ClaimedDeadLetter[],
): AsyncGenerator<Reread[]> {
  const absent = deadLetters.filter(({ isPresent }) => !isPresent);
  yield deadLetters
    .filter(({ isPresent }) => isPresent)
    .map((one) => ({ outcome: outcomeOf(one, 'present', 'bronze has the record'), batches: [] }));
  yield absent
    .filter(({ stage }) => stage !== OF_INGEST.row && stage !== OF_INGEST.file)
    .map((one) => rereadMessage(replay, one));
  for (const one of absent.filter(({ stage }) => stage === OF_INGEST.file))
    yield [await rereadFile(deps, replay, one)];
  for (const ofFile of groupByFile(absent.filter(({ stage }) => stage === OF_INGEST.row)))
    yield await rereadRows(deps, replay, ofFile);
}

function groupByFile(deadLetters: ClaimedDeadLetter[]): ClaimedDeadLetter[][] {
  const groups = new Map<string, ClaimedDeadLetter[]>();
  for (const one of deadLetters) {
    const file = one.source_sha256 ?? one.id;
    groups.set(file, [...(groups.get(file) ?? []), one]);
  }
  return [...groups.values()];
}
