import type { SourceFile } from '../../../core/source';
import { isListedAsSeen, type Landing } from '../../ingest/landing';

/** A file of the newest listing that was not quarantined. */
export interface NewestFile {
  report: string;
  /** End of its interval. */
  end_ms: number;
  /** Its records are in Kafka already. */
  isSeen: boolean;
}

/** Unbroken intervals, which end in `(from_ms, to_ms]`. */
export interface Stretch {
  from_ms: number;
  to_ms: number;
  intervals: number;
}

/**
 * The listed files without those that were quarantined whole: an interval whose only file cannot be trusted
 * is missing at the source.
 */
export async function newestFiles(files: SourceFile[], landing: Landing): Promise<NewestFile[]> {
  const receiptsFor = await landing.receiptsOf(files);
  return files.flatMap((file) => {
    const known = receiptsFor(file);
    const isSeen = isListedAsSeen(file, known);
    const isTrusted =
      !isSeen ||
      isListedAsSeen(
        file,
        known.filter(({ quarantined }) => quarantined === null),
      );
    return isTrusted ? [{ report: file.report, end_ms: Date.parse(file.interval_end_at), isSeen }] : [];
  });
}

/** @param files of one report; an interval may have several. */
export function stretchesOf(files: Pick<NewestFile, 'end_ms'>[], step_ms: number): Stretch[] {
  const stretches: Stretch[] = [];
  for (const end_ms of [...new Set(files.map((file) => file.end_ms))].sort((a, b) => a - b)) {
    const last = stretches.at(-1);
    if (last && last.to_ms + step_ms === end_ms)
      Object.assign(last, { to_ms: end_ms, intervals: last.intervals + 1 });
    else stretches.push({ from_ms: end_ms - step_ms, to_ms: end_ms, intervals: 1 });
  }
  return stretches;
}
