import type { ClaimedLetter } from '../core/deadLetters/letters';
import type { LandedFile, Source } from '../core/source';
import type { Landing } from './landing';

export interface LandedDeps {
  sourceOf(pipeline: string): Source;
  landingOf(pipeline: string): Landing;
}

/** The bytes as received of the file a letter comes from, or null when landing has none with its checksum. */
export async function findLanded(deps: LandedDeps, pipeline: string, letter: ClaimedLetter): Promise<(LandedFile & { uri: string }) | null> {
  const { source_file: name, source_sha256: sha256 } = letter;
  const place = name === null ? null : deps.sourceOf(pipeline).placeOf(name);
  if (name === null || sha256 === null || place === null) return null;
  return deps.landingOf(pipeline).find(place, name, sha256);
}
