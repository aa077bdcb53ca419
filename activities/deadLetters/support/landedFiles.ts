import type { ClaimedDeadLetter } from '../../../core/deadLetters/deadLetters';
import { CurrentsError } from '../../../core/errors';
import { isoSeconds } from '../../../core/interval';
import type { FilePlace, Source } from '../../../core/source';
import { landedIn } from '../../ingest/landedIn';
import { landedMembers } from '../../ingest/landedMembers';
import type { Landed, Landing } from '../../ingest/landing';

export interface LandedDeps {
  sourceOf(pipeline: string): Source;
  landingOf(pipeline: string): Landing;
}

type Wanted = { name: string; sha256: string };

/**
 * The bytes as received of a dead letter's file, also from a landed archive, or null when landing has no file
 * with its checksum.
 */
export async function findLanded(
  deps: LandedDeps,
  pipeline: string,
  deadLetter: Pick<ClaimedDeadLetter, 'source_file' | 'source_sha256'>,
): Promise<Landed | null> {
  const { source_file: name, source_sha256: sha256 } = deadLetter;
  const [source, landing] = [deps.sourceOf(pipeline), deps.landingOf(pipeline)];
  const place = name === null ? null : source.placeOf(name);
  if (name === null || sha256 === null || place === null) return null;
  const found = await landing.find(place, name, sha256);
  return found ?? findArchived(source, landing, place, { name, sha256 });
}

/** A backfill lands whole archives, by the interval each ends with; their members are stored nowhere else. */
async function findArchived(
  source: Source,
  landing: Landing,
  { report, interval_end_at }: FilePlace,
  wanted: Wanted,
): Promise<Landed | null> {
  const interval = { from: isoSeconds(Date.parse(interval_end_at) - 1_000), to: interval_end_at };
  for (const { key, name } of (await landedIn(landing, source, [report], interval)).filter(
    ({ kind }) => kind !== 'file',
  )) {
    const member = await memberOf(source, await landing.read(key, name, report), wanted);
    if (member) return member;
  }
  return null;
}

/** An archive that cannot be trusted holds nothing. */
async function memberOf(source: Source, archive: Landed, wanted: Wanted): Promise<Landed | null> {
  try {
    for await (const member of landedMembers(source, archive))
      if (member.name === wanted.name && member.sha256 === wanted.sha256) return member;
    return null;
  } catch (error) {
    if (error instanceof CurrentsError && error.kind === 'data') return null;
    throw error;
  }
}
