import { differencesOf } from '../../../cli/support/readLandingAgain';

describe('what a rebuild or a revision says beside its counts', () => {
  it('is nothing when landing had a file of each interval and no table was taken whole', () => {
    expect(differencesOf({ unlanded: {}, wholeTables: [] })).toEqual([]);
  });

  it('is what was not made again, and what was beyond the range', () => {
    const unlanded = {
      DISPATCHIS: { intervals: 12, first: '2026-11-19T14:05:00Z', last: '2026-11-19T15:00:00Z' },
    };
    expect(
      differencesOf({ unlanded, wholeTables: ['PUBLIC_ARCHIVE#DISPATCHPRICE#FILE01#202611010000.zip'] }),
    ).toEqual([
      'not made again, because landing has no file: DISPATCHIS, 12 intervals that end ' +
        'from 2026-11-19T14:05:00Z to 2026-11-19T15:00:00Z',
      'beyond the range, because no part of it can be replaced by itself: ' +
        'all of PUBLIC_ARCHIVE#DISPATCHPRICE#FILE01#202611010000.zip',
    ]);
  });
});
