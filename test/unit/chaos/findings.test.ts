import { findingsIn, remember, type Row, type Seen } from '../../chaos/findings';

const WHOLE = { noon: 500 };
const row = (silver: number, gold: number, units: { silver?: number; gold?: number } = {}): Row => ({
  interval: 'noon',
  silver: { rows: silver, units: units.silver ?? silver },
  gold: { rows: gold, units: units.gold ?? gold },
});
const after = (...earlier: Row[]): Seen => {
  const seen: Seen = new Map();
  remember(earlier, seen);
  return seen;
};

describe('what a reader of main finds', () => {
  it('is nothing in whole intervals, before and after they are there', () => {
    expect(findingsIn([], WHOLE, after())).toEqual({ inOneTable: [], betweenTables: [] });
    expect(findingsIn([row(500, 500)], WHOLE, after())).toEqual({ inOneTable: [], betweenTables: [] });
  });

  it('may come from two commits when a table has not got the interval yet', () => {
    const line = 'noon: silver and gold differ (silver 0 rows 0 units, gold 500 rows 500 units)';
    expect(findingsIn([row(0, 500)], WHOLE, after())).toEqual({ inOneTable: [], betweenTables: [line] });
    expect(findingsIn([row(500, 0)], WHOLE, after()).inOneTable).toEqual([]);
  });

  it.each([
    ['an interval in part', row(300, 500), after(), /500 units expected in silver/],
    ['an interval in part in gold', row(500, 300), after(), /500 units expected in gold/],
    ['too many rows', row(501, 501), after(), /500 units expected in silver/],
    ['a key twice', row(500, 500, { gold: 499 }), after(), /a key twice in gold/],
    ['a count that went down', row(500, 0), after(row(500, 500)), /a count went down in gold/],
  ])('cannot come from two commits: %s', (_, seen, before, finding) => {
    expect(findingsIn([seen], WHOLE, before).inOneTable).toContainEqual(expect.stringMatching(finding));
  });

  it('cannot come from two commits: an interval that was there and is gone', () => {
    expect(findingsIn([], WHOLE, after(row(0, 500))).inOneTable).toEqual([
      'gold noon: was there with 500 rows and is gone',
    ]);
  });
});
