import type { ClaimedLetter } from '../../core/deadLetters/letters';
import { CurrentsError } from '../../core/errors';
import { isoSeconds } from '../../core/interval';
import type { FilePlace, Source } from '../../core/source';
import { landedMembers } from '../ingest/landedMembers';
import type { Landed, Landing } from '../ingest/landing';

export interface LandedDeps {
  sourceOf(pipeline: string): Source;
  landingOf(pipeline: string): Landing;
}

type Wanted = { name: string; sha256: string };

const DAY_MS = 86_400_000;
/** The longest stretch one archive holds is a month. */
const ARCHIVE_DAYS_MAX = 31;

/** The bytes as received of the file a letter comes from, also out of a landed archive, or null when landing has none with its checksum. */
export async function findLanded(deps: LandedDeps, pipeline: string, letter: Pick<ClaimedLetter, 'source_file' | 'source_sha256'>): Promise<Landed | null> {
  const { source_file: name, source_sha256: sha256 } = letter;
  const [source, landing] = [deps.sourceOf(pipeline), deps.landingOf(pipeline)];
  const place = name === null ? null : source.placeOf(name);
  if (name === null || sha256 === null || place === null) return null;
  const found = await landing.find(place, name, sha256);
  return found ?? findArchived(source, landing, place, { name, sha256 });
}

/** A backfill lands whole archives, by the interval each ends with; their members lie nowhere else. */
async function findArchived(source: Source, landing: Landing, { report, interval_end_at }: FilePlace, wanted: Wanted): Promise<Landed | null> {
  const end_ms = Date.parse(interval_end_at);
  const keys = await landing.keysBetween([report], isoSeconds(end_ms - 1_000), isoSeconds(end_ms + ARCHIVE_DAYS_MAX * DAY_MS));
  for (const { key, name } of keys.filter(({ name: other }) => mayHold(source.placeOf(other), end_ms))) {
    const member = await memberOf(source, await landing.read(key, name, report), wanted);
    if (member) return member;
  }
  return null;
}

function mayHold(place: FilePlace | null, end_ms: number): boolean {
  return place?.holds_from !== undefined && Date.parse(place.holds_from) < end_ms;
}

/** An archive that cannot be trusted holds nothing. */
async function memberOf(source: Source, archive: Landed, wanted: Wanted): Promise<Landed | null> {
  try {
    for await (const member of landedMembers(source, archive)) if (member.name === wanted.name && member.sha256 === wanted.sha256) return member;
    return null;
  } catch (error) {
    if (error instanceof CurrentsError && error.kind === 'data') return null;
    throw error;
  }
}
