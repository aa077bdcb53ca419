import { ownGaps, type BackfillSettings } from '../../core/backfill';
import type { BackfillState } from '../../workflows/backfillProgress';

const NOTHING_TO_DO: Record<BackfillSettings['mode'], string> = {
  missing: 'nothing to do: the lake has all that the source lists for this range',
  failed:
    'nothing to do: of this range no archive was landed and not merged, and none held files that were not trusted; what was never landed is a matter of --mode missing',
  all: 'nothing to do: the source lists nothing for this range',
};

/** The outcome of a backfill, as a sentence for users. */
export function backfillOutcome(mode: BackfillSettings['mode'], state: BackfillState): string {
  if (state.status !== 'nothing_to_do')
    return `${state.records} records in ${state.chunks} chunks, ${state.dead_letters} dead letters`;
  const coming = ownGaps({
    expected: state.expected_intervals,
    present: state.present_intervals,
    sourceGaps: state.source_gaps,
    unavailable: state.unavailable,
  });
  if (mode !== 'missing' || coming === 0) return NOTHING_TO_DO[mode];
  return `nothing to fetch: what is published already still brings ${coming} of ${state.expected_intervals} intervals; npx currents status shows whether the lane is held`;
}
