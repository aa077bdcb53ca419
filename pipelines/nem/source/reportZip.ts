import { once } from 'node:events';
import { crc32 } from 'node:zlib';
import type yauzl from 'yauzl';
import { UntrustedFileError } from './errors';
import { wholeMember } from './wholeMember';
import { checkSignature, checkStatedSize, corrupt, openZip, unpack, type ZipLimits } from './zipEntries';

/** Reports unpack 7 to 14 times and to 2.4 MB; the largest monthly table is near 400 MB. */
export const ZIP_LIMITS: ZipLimits = { memberBytes: 512 << 20, ratio: 200, ratioFromBytes: 1 << 20 };

export interface ReportMember {
  name: string;
  bytes: Buffer;
}

/**
 * Letters, digits and the few marks that published names hold (monthly names have `#`); no folder, no leading
 * dot.
 */
const PLAIN_CSV_NAME = /^[A-Za-z0-9_#%][A-Za-z0-9_#%.\- ]{0,200}\.csv$/i;

/**
 * Unpacks a published report: a zip with exactly one member, a CSV with a plain name, not encrypted, of a
 * sane size, whose CRC-32 is right. Unpacking stops at the limit, whatever the zip states.
 *
 * @throws UntrustedFileError not_a_zip, zip_corrupt, zip_bomb, zip_encrypted, zip_member_name,
 * zip_member_count, file_empty.
 */
export async function extractReport(
  zipBytes: Buffer,
  fileName: string,
  limits = ZIP_LIMITS,
): Promise<ReportMember> {
  checkSignature(zipBytes, fileName);
  const zip = await openZip(zipBytes, fileName);
  // Its errors reach us by the calls below; a late one must not end the process.
  zip.on('error', () => undefined);
  const entry = await onlyEntry(zip, fileName);
  const name = plainName(entry, fileName);
  checkStatedSize(entry, fileName, limits);
  const bytes = wholeMember(zipBytes, entry) ?? (await unpack(zip, entry, fileName, limits.memberBytes));
  if (crc32(bytes) !== entry.crc32) throw corrupt(fileName, "the member's CRC-32", 'another one');
  return { name, bytes };
}

async function onlyEntry(zip: yauzl.ZipFile, fileName: string): Promise<yauzl.Entry> {
  if (zip.entryCount !== 1)
    throw new UntrustedFileError('zip_member_count', fileName, 'one member', String(zip.entryCount));
  const entry = once(zip, 'entry');
  zip.readEntry();
  const [found] = await entry.catch((error: Error) => {
    throw corrupt(fileName, 'a readable member', error.message);
  });
  return found as yauzl.Entry;
}

function plainName(entry: yauzl.Entry, fileName: string): string {
  const name = (entry.fileName as unknown as Buffer).toString('latin1');
  if (entry.isEncrypted())
    throw new UntrustedFileError(
      'zip_encrypted',
      fileName,
      'a member that is not encrypted',
      JSON.stringify(name),
    );
  if (!PLAIN_CSV_NAME.test(name))
    throw new UntrustedFileError(
      'zip_member_name',
      fileName,
      'a plain name ending in .csv',
      JSON.stringify(name.slice(0, 120)),
    );
  return name;
}
