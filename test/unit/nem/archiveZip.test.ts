import { zipSync } from 'fflate';
import { archiveMembers, ARCHIVE_LIMITS } from '../../../pipelines/nem/source/archiveZip';

const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text));

async function read(zip: Uint8Array, limits = ARCHIVE_LIMITS): Promise<string[]> {
  const found: string[] = [];
  for await (const { name, bytes: content } of archiveMembers(
    Buffer.from(zip),
    'PUBLIC_X_20260101.zip',
    limits,
  ))
    found.push(`${name}:${content.toString()}`);
  return found;
}

describe('an archive of zips', () => {
  it('gives its members in order, folders left out', async () => {
    expect(await read(zipSync({ 'A_1.zip': bytes('one'), 'B_2.ZIP': bytes('two') }))).toEqual([
      'A_1.zip:one',
      'B_2.ZIP:two',
    ]);
    expect(await read(zipSync({}))).toEqual([]);
  });

  it.each([
    ['a page instead of a zip', () => bytes('<html>403</html>'), 'not_a_zip'],
    ['a name that climbs out', () => zipSync({ '../evil.zip': bytes('x') }), 'zip_member_name'],
    ['a name with a backslash', () => zipSync({ 'a\\b.zip': bytes('x') }), 'zip_member_name'],
    ['another kind of file', () => zipSync({ 'A.exe': bytes('x') }), 'zip_member_name'],
    [
      'a damaged member',
      () => {
        const zip = zipSync({ 'A.zip': bytes('0123456789'.repeat(50)) }, { level: 0 });
        zip[60] = (zip[60]! + 1) % 256;
        return zip;
      },
      'zip_corrupt',
    ],
    [
      'a cut archive',
      () => zipSync({ 'A.zip': bytes('0123456789'.repeat(50)) }).subarray(0, 60),
      'zip_corrupt',
    ],
    ['a bomb', () => zipSync({ 'A.zip': new Uint8Array(8 << 20) }), 'zip_bomb'],
  ])('refuses %s', async (_, make, reason) => {
    await expect(read(make())).rejects.toMatchObject({ reason });
  });

  it('refuses more members than a week can have', async () => {
    await expect(
      read(zipSync({ 'A.zip': bytes('x'), 'B.zip': bytes('y') }), { ...ARCHIVE_LIMITS, members: 1 }),
    ).rejects.toMatchObject({ reason: 'zip_member_count' });
  });
});
