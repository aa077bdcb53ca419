import type { Landing } from '../../../activities/ingest/landing';
import { crc32Hex } from '../../../clients/s3/checksums';
import type { LandingSource } from '../../../core/source';

/** Lands a file under its name, as ingest does when the listing says neither size nor time. */
export async function landFile(
  landing: Landing,
  source: LandingSource,
  name: string,
  bytes: Buffer,
): Promise<void> {
  const unlisted = { url: `http://site/${name}`, published_bytes: null, published_at: null, required: false };
  await landing.land({ ...source.placeOf(name)!, name, ...unlisted }, bytes, crc32Hex(bytes));
}
