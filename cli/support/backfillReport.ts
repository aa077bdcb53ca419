import { ownGaps, type BackfillSettings } from '../../core/backfill';
import type { BackfillState } from '../../workflows/backfillState';
import { say, table } from './output';

const NOTHING_TO_DO: Record<BackfillSettings['mode'], string> = {
  missing: 'nothing to do: the lake has all that the source lists for this range',
  failed:
    'nothing to do: every landed archive of this range is merged, and none held files that ' +
    'were not trusted; ' +
    'archives that were never landed come with --mode missing',
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
  return (
    `nothing to fetch: published records still bring ${coming} of ${state.expected_intervals} intervals; ` +
    'npx currents status shows whether the lane is held'
  );
}

/** Prints what a backfill would do. */
export function showPlan(settings: BackfillSettings, plan: BackfillState): void {
  const { pipeline, from, to, mode, target } = settings;
  say(`${pipeline}: ${from} to ${to}, mode ${mode}, into ${target}`);
  process.stderr.write(`${table(['plan', 'value'], planRows(settings, plan))}\n`);
  if (plan.archives > 0)
    say('Archives are taken whole: days at the ends of the range are filled to their ends.');
}

function planRows({ order, chunk }: BackfillSettings, plan: BackfillState): [string, string | number][] {
  return [
    ['intervals expected', plan.expected_intervals],
    ['in the lake', plan.present_intervals],
    ['the source itself does not have', plan.source_gaps],
    ['listed nowhere', plan.unavailable],
    ['archives to land', plan.archives],
    ['bytes to fetch', plan.archive_bytes],
    [`chunks of ${chunk} days, ${order} first`, plan.chunks],
    ['newest files, through Kafka', plan.current ? `${plan.current.from} to ${plan.current.to}` : 'none'],
  ];
}
