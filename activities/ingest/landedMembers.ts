import type { Source } from '../../core/source';
import { sha256Hex } from '../../clients/s3/checksums';
import type { Landed } from './landing';

/**
 * The published files in a landed object: the file itself, or the members of an archive, with addresses
 * `archive!member`.
 */
export async function* landedMembers(source: Source, landed: Landed): AsyncGenerator<Landed> {
  for await (const { name, report, bytes } of source.openArchive(landed)) {
    const uri = name === landed.name ? landed.uri : `${landed.uri}!${name}`;
    yield { name, report, bytes, sha256: sha256Hex(bytes), ingested_at: landed.ingested_at, uri };
  }
}
