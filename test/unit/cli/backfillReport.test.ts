import { backfillOutcome } from '../../../cli/support/backfillReport';
import type { BackfillState } from '../../../workflows/backfillState';

const nothing = (changes: Partial<BackfillState> = {}): BackfillState =>
  ({
    status: 'nothing_to_do',
    expected_intervals: 24,
    present_intervals: 20,
    source_gaps: 3,
    unavailable: 1,
    ...changes,
  }) as BackfillState;

describe('what a backfill says at its end', () => {
  it("is that the lake has all, if only the source's own gaps are missing", () => {
    expect(backfillOutcome('missing', nothing())).toBe(
      'nothing to do: the lake has all that the source lists for this range',
    );
  });

  it('is how many intervals are still to come where they wait in Kafka for the lane', () => {
    expect(backfillOutcome('missing', nothing({ present_intervals: 10 }))).toMatch(
      /^nothing to fetch: .* 10 of 24 intervals; npx currents status/,
    );
  });

  it('is about archives, not intervals, if the request was not for missing intervals', () => {
    expect(backfillOutcome('failed', nothing({ present_intervals: 10 }))).toMatch(
      /every landed archive of this range is merged/,
    );
  });

  it('is what was merged', () => {
    expect(
      backfillOutcome('missing', nothing({ status: 'done', records: 5, chunks: 2, dead_letters: 1 })),
    ).toBe('5 records in 2 chunks, 1 dead letters');
  });
});
