import fc from 'fast-check';
import { zipSync } from 'fflate';
import { extractReport, ZIP_LIMITS } from '../../../pipelines/nem/source/reportZip';
import { scadaReport, scadaRow } from './reportText';

const csv = Buffer.from(scadaReport([scadaRow()]));
const zipOf = (members: Record<string, Uint8Array>): Buffer => Buffer.from(zipSync(members));
const good = zipOf({ 'PUBLIC_X.CSV': csv });

async function reasonOf(bytes: Buffer, limits = ZIP_LIMITS): Promise<string | undefined> {
  return extractReport(bytes, 'test.zip', limits).then(
    () => undefined,
    (error: { reason?: string }) => {
      if (!error.reason) throw error;
      return error.reason;
    },
  );
}

/**
 * Bytes of the zip changed at every place of a 4-byte mark plus offset: 1 = central directory, 3 = local
 * header.
 */
function patched(mark: 'PK\x01\x02' | 'PK\x03\x04', offset: number, value: number[], bytes = good): Buffer {
  const copy = Buffer.from(bytes);
  copy.set(value, copy.indexOf(Buffer.from(mark, 'latin1')) + offset);
  return copy;
}

describe('a published zip', () => {
  it('gives its one member, packed or stored', async () => {
    expect(await extractReport(good, 'test.zip')).toEqual({ name: 'PUBLIC_X.CSV', bytes: csv });
    const stored = Buffer.from(
      zipSync({ 'PUBLIC_ARCHIVE#PRICE#FILE01#202403010000.csv': csv }, { level: 0 }),
    );
    expect((await extractReport(stored, 'test.zip')).bytes).toEqual(csv);
  });

  it.each([
    ['nothing', Buffer.alloc(0), 'file_empty'],
    ['an HTML page', Buffer.from('<html><body>Forbidden</body></html>'), 'not_a_zip'],
    ['the CSV itself', csv, 'not_a_zip'],
    ['a zip cut short', good.subarray(0, good.length - 30), 'zip_corrupt'],
    ['a zip without members', zipOf({}), 'zip_member_count'],
    ['two members', zipOf({ 'A.CSV': csv, 'B.CSV': csv }), 'zip_member_count'],
    ['an archive of zips', zipOf({ 'A.zip': good }), 'zip_member_name'],
    ['a member in a folder', zipOf({ 'folder/A.CSV': csv }), 'zip_member_name'],
    ['a path that climbs', zipOf({ '../../A.CSV': csv }), 'zip_member_name'],
    ['a path from the root', zipOf({ '/etc/A.CSV': csv }), 'zip_member_name'],
    ['a path with backslashes', zipOf({ '..\\A.CSV': csv }), 'zip_member_name'],
    ['a hidden member', zipOf({ '.CSV': csv }), 'zip_member_name'],
    ['a member of another kind', zipOf({ 'A.exe': csv }), 'zip_member_name'],
    ['a wrong CRC-32', patched('PK\x01\x02', 16, [1, 2, 3, 4]), 'zip_corrupt'],
    ['an encrypted member', patched('PK\x01\x02', 8, [1]), 'zip_encrypted'],
    ['an unknown method', patched('PK\x01\x02', 10, [99]), 'zip_corrupt'],
    ['a size smaller than the truth', patched('PK\x01\x02', 24, [10, 0, 0, 0]), 'zip_bomb'],
    ['a size larger than the truth', patched('PK\x01\x02', 24, [0, 16, 0, 0]), 'zip_corrupt'],
    ['a stated size beyond the limit', patched('PK\x01\x02', 24, [0, 0, 0, 0x7f]), 'zip_bomb'],
    ['ten megabytes of nothing', zipOf({ 'A.CSV': Buffer.alloc(10 << 20) }), 'zip_bomb'],
  ])('is not trusted when it is %s', async (_, bytes, reason) => {
    expect(await reasonOf(bytes)).toBe(reason);
  });

  it('stops unpacking at the limit', async () => {
    expect(await reasonOf(good, { ...ZIP_LIMITS, memberBytes: 100 })).toBe('zip_bomb');
  });

  it('meets damage anywhere with the member or an error of its own', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat(good.length - 1),
        fc.integer({ min: 0, max: 255 }),
        fc.nat(good.length),
        async (at, value, length) => {
          const damaged = Buffer.from(good);
          damaged[at] = value;
          const reason = await reasonOf(damaged);
          if (reason === undefined) expect((await extractReport(damaged, 'test.zip')).bytes).toEqual(csv);
          if (length < good.length) expect(await reasonOf(good.subarray(0, length))).toBeDefined();
        },
      ),
      { numRuns: 300 },
    );
  });
});
