import { addCounts, NO_COUNTS } from '../../../core/ingestCounts';

const missing = (...names: number[]) => ({ ...NO_COUNTS, missing: names.map((name) => `SCADA ${name}`) });
const upTo = (count: number) => missing(...Array.from({ length: count }, (_, index) => index));

describe('the counts of several intervals', () => {
  it('are summed', () => {
    const counts = { files: 1, seen: 2, quarantined: 3, rows: 4, deadLetters: 5, missing: [] };
    expect(addCounts(counts, counts)).toMatchObject({
      files: 2,
      seen: 4,
      quarantined: 6,
      rows: 8,
      deadLetters: 10,
    });
  });

  it('name every missing file up to a hundred', () => {
    expect(addCounts(upTo(60), missing(60))).toMatchObject({ missing: upTo(61).missing, missingMore: 0 });
  });

  it('name a hundred missing files and count all others', () => {
    const total = [upTo(90), upTo(30), upTo(5)].reduce(addCounts, NO_COUNTS);
    expect(total.missing).toHaveLength(100);
    expect(total.missingMore).toBe(25);
  });

  it('take a count of an older release, which has no number of unnamed files', () => {
    expect(addCounts(upTo(100), missing(1)).missingMore).toBe(1);
  });
});
