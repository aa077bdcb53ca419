import { freeAt, roomFor_bytes, volumeSize_mb } from '../../../stack/services/volumeSize';

const GIB = 1024 ** 3;
/** What SeaweedFS opens for a bucket at once. */
const VOLUMES_PER_BUCKET = 7;

describe("the size of an object store's volumes", () => {
  test.each([
    [0.2, 8],
    [1, 16],
    [5, 64],
    [6, 128],
    [8, 128],
    [48, 1024],
    [2_000, 1024],
  ])('with room for %d GiB is %d MB', (gib, mb) => {
    expect(volumeSize_mb(gib * GIB)).toBe(mb);
  });

  test.each([1, 5, 6, 8, 20, 100])('leaves room for the volumes of three buckets on %d GiB', (gib) => {
    const volumes = (gib * 1024) / volumeSize_mb(gib * GIB);
    expect(volumes).toBeGreaterThanOrEqual(3 * VOLUMES_PER_BUCKET);
  });

  test('is told for a folder that is not there yet', () => {
    expect(freeAt(`${__dirname}/none/yet`).folder).toBe(__dirname);
    expect(roomFor_bytes(`${__dirname}/none/yet`)).toBeGreaterThan(0);
  });
});
