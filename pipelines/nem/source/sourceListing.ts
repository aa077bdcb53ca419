import type { Interval } from '../../../core/interval';
import { isoSeconds } from '../../../core/interval';
import type { SourceFile, SourceListing } from '../../../core/source';
import type { ListingEntry } from './listing';
import { parseReportFileName, type ReportFileName, type ReportSource } from './reportFiles';

/**
 * The files of one report in a folder that belong to a range. A file belongs to it when the end of the
 * interval its name states, or the stamp in its name, lies in `(start − lookBack, end]`: rooftop names carry
 * the time of publication, half an hour after the interval they are about.
 */
export function filesInRange(
  entries: ListingEntry[],
  source: ReportSource,
  range: Interval,
  lookBack_ms: number,
): SourceFile[] {
  const from_ms = Date.parse(range.start) - lookBack_ms;
  const to_ms = Date.parse(range.end);
  const isInside = (instant_ms: number): boolean => instant_ms > from_ms && instant_ms <= to_ms;
  return entries.flatMap((entry) => {
    const name = entry.isFolder ? undefined : parseReportFileName(entry.name);
    if (name?.source !== source) return [];
    const published_ms = name.intervalEnd_ms + Math.max(0, source.stampAfterEnd_ms);
    if (!isInside(name.intervalEnd_ms) && !isInside(published_ms)) return [];
    return [toSourceFile(entry, name)];
  });
}

/** Intervals of the range for which a required report has no file. */
export function missingIn(
  files: SourceFile[],
  source: ReportSource,
  range: Interval,
): SourceListing['missing'] {
  if (!source.required) return [];
  const present = new Set(files.map(({ interval_end_at }) => interval_end_at));
  const missing: SourceListing['missing'] = [];
  for (
    let end_ms = Date.parse(range.start) + source.step_ms;
    end_ms <= Date.parse(range.end);
    end_ms += source.step_ms
  ) {
    const interval_end_at = isoSeconds(end_ms);
    if (!present.has(interval_end_at)) missing.push({ report: source.report, interval_end_at });
  }
  return missing;
}

function toSourceFile(entry: ListingEntry, name: ReportFileName): SourceFile {
  return {
    report: name.source.report,
    name: entry.name,
    url: entry.url,
    interval_end_at: isoSeconds(name.intervalEnd_ms),
    published_bytes: entry.bytes,
    published_at: entry.modifiedAtNem,
    required: name.source.required,
  };
}
