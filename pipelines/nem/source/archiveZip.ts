import { once } from 'node:events';
import { crc32 } from 'node:zlib';
import type yauzl from 'yauzl';
import { UntrustedFileError } from './errors';
import { wholeMember } from './wholeMember';
import { checkSignature, checkStatedSize, corrupt, openZip, unpack, type ZipLimits } from './zipEntries';

/** A day holds 288 files of up to 200 KB, a week of rooftop 672 small ones; DUPLICATE copies come on top. */
export const ARCHIVE_LIMITS: ZipLimits & { members: number } = {
  memberBytes: 64 << 20,
  ratio: 200,
  ratioFromBytes: 1 << 20,
  members: 5_000,
};

const PLAIN_ZIP_NAME = /^[A-Za-z0-9_#%][A-Za-z0-9_#%.\- ]{0,200}\.zip$/i;

/**
 * The zips inside an archive's zip, in its own order, one in memory at a time. Entries that are folders are
 * left out.
 *
 * @throws UntrustedFileError when the archive itself is no zip, is damaged, holds too much, or a name that is
 * not a plain zip's; what the zips hold is for `extractReport` to judge.
 */
export async function* archiveMembers(
  zipBytes: Buffer,
  archiveName: string,
  limits = ARCHIVE_LIMITS,
): AsyncGenerator<{ name: string; bytes: Buffer }> {
  checkSignature(zipBytes, archiveName);
  const zip = await openZip(zipBytes, archiveName);
  zip.on('error', () => undefined);
  if (zip.entryCount > limits.members)
    throw new UntrustedFileError(
      'zip_member_count',
      archiveName,
      `at most ${limits.members} members`,
      String(zip.entryCount),
    );
  for (let index = 0; index < zip.entryCount; index += 1) {
    const entry = await nextEntry(zip, archiveName);
    const name = (entry.fileName as unknown as Buffer).toString('latin1');
    if (!name.endsWith('/'))
      yield {
        name: checkedName(name, entry, archiveName),
        bytes: await memberBytes(zipBytes, zip, entry, archiveName, limits),
      };
  }
}

async function nextEntry(zip: yauzl.ZipFile, archiveName: string): Promise<yauzl.Entry> {
  const entry = once(zip, 'entry');
  zip.readEntry();
  const [found] = await entry.catch((error: Error) => {
    throw corrupt(archiveName, 'a readable member', error.message);
  });
  return found as yauzl.Entry;
}

function checkedName(name: string, entry: yauzl.Entry, archiveName: string): string {
  if (entry.isEncrypted())
    throw new UntrustedFileError(
      'zip_encrypted',
      archiveName,
      'members that are not encrypted',
      JSON.stringify(name),
    );
  if (!PLAIN_ZIP_NAME.test(name))
    throw new UntrustedFileError(
      'zip_member_name',
      archiveName,
      'plain names ending in .zip',
      JSON.stringify(name.slice(0, 120)),
    );
  return name;
}

async function memberBytes(
  zipBytes: Buffer,
  zip: yauzl.ZipFile,
  entry: yauzl.Entry,
  archiveName: string,
  limits: ZipLimits,
): Promise<Buffer> {
  checkStatedSize(entry, archiveName, limits);
  const bytes = wholeMember(zipBytes, entry) ?? (await unpack(zip, entry, archiveName, limits.memberBytes));
  if (crc32(bytes) !== entry.crc32)
    throw corrupt(archiveName, "each member's CRC-32", `another one in ${entry.fileName.toString()}`);
  return bytes;
}
