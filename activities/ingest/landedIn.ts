import { DAY_MS, isoSeconds } from '../../core/interval';
import type { Source } from '../../core/source';
import type { Landing, LandedKey } from './landing';

/** A range of landing: objects with intervals that end in `(from, to]`, ISO instants (UTC). */
export interface LandedStretch {
  from: string;
  to: string;
}

/** Something landed that holds intervals which end in `(from_ms, end_ms]`. */
export interface LandedHolder extends LandedKey {
  /**
   * A published file, a pack of such, or one table of many intervals, no part of which can be replaced by
   * itself.
   */
  kind: 'file' | 'pack' | 'table';
  from_ms: number;
}

/** The longest stretch one archive holds is a month. */
const ARCHIVE_MS_MAX = 31 * DAY_MS;
/**
 * A pack is named after the stamps of its files. Some reports stamp the publication: intervals end up to this
 * much earlier.
 */
const PACK_SLACK_MS = 3_600_000;

/**
 * Published files of a range, and archives that may hold some: a backfill lands only archives, by the
 * interval each ends with.
 */
export async function landedIn(
  landing: Landing,
  source: Source,
  reports: string[],
  { from, to }: LandedStretch,
): Promise<LandedHolder[]> {
  const [from_ms, to_ms] = [Date.parse(from), Date.parse(to)];
  const keys = await landing.keysBetween(
    reports,
    isoSeconds(from_ms - PACK_SLACK_MS),
    isoSeconds(to_ms + ARCHIVE_MS_MAX + PACK_SLACK_MS),
  );
  return keys
    .map((key) => holderOf(source, key))
    .filter((holder) => {
      const slack_ms = holder.kind === 'pack' ? PACK_SLACK_MS : 0;
      return holder.from_ms - slack_ms < to_ms && holder.end_ms + slack_ms > from_ms;
    });
}

function holderOf(source: Source, key: LandedKey): LandedHolder {
  const place = source.placeOf(key.name);
  if (place?.holds_from === undefined) return { ...key, kind: 'file', from_ms: key.end_ms - 1 };
  return { ...key, kind: place.isOneTable ? 'table' : 'pack', from_ms: Date.parse(place.holds_from) };
}
