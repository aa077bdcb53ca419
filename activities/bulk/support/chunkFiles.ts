import { isoSeconds } from '../../../core/interval';
import type { LandedGaps } from '../../../core/landedGaps';
import type { CompletenessRule } from '../../../core/pipeline';
import type { Source } from '../../../core/source';
import type { LandedHolder, LandedStretch } from '../../ingest/landedIn';
import type { Landed } from '../../ingest/landing';

/** Longest time until a source publishes an interval. */
const PUBLISHED_WITHIN_MS = 3_600_000;

/** Which of the landed files one chunk of a reload takes, and which of its intervals have none. */
export class ChunkFiles {
  private readonly taken = new Set<string>();
  private readonly ends = new Set<string>();
  private readonly from_ms: number;
  private readonly to_ms: number;

  constructor(
    private readonly source: Source,
    private readonly holders: LandedHolder[],
    chunk: LandedStretch,
    private readonly whole: LandedStretch,
  ) {
    [this.from_ms, this.to_ms] = [Date.parse(chunk.from), Date.parse(chunk.to)];
  }

  /**
   * The objects to open: a table only in the first chunk that it holds intervals of, since it is taken whole.
   */
  opened(): LandedHolder[] {
    const first_ms = Date.parse(this.whole.from);
    return this.holders.filter(
      ({ kind, from_ms }) => kind !== 'table' || this.isWithin(Math.max(from_ms, first_ms) + 1),
    );
  }

  /** Names of opened tables that hold more than the whole reload asks for. */
  wholeTables(): string[] {
    const [first_ms, last_ms] = [Date.parse(this.whole.from), Date.parse(this.whole.to)];
    return this.opened()
      .filter(({ kind, from_ms, end_ms }) => kind === 'table' && (from_ms < first_ms || end_ms > last_ms))
      .map(({ name }) => name);
  }

  /**
   * True for each file of the chunk once: the same file may have come live, and in an archive that was landed
   * twice.
   */
  takes(holder: LandedHolder, file: Pick<Landed, 'name' | 'report' | 'sha256'>): boolean {
    const end_ms = holder.kind === 'pack' ? this.endOf(file.name, holder) : holder.end_ms;
    if (holder.kind === 'pack' && !this.isWithin(end_ms)) return false;
    this.ends.add(`${file.report}/${end_ms}`);
    if (this.taken.has(file.sha256)) return false;
    this.taken.add(file.sha256);
    return true;
  }

  /**
   * Intervals of the chunk that no opened file and no table holds, by report; those that may not be published
   * yet left out.
   */
  gaps(rules: readonly CompletenessRule[], now_ms: number): LandedGaps {
    const gaps: LandedGaps = {};
    for (const { report, step_ms } of rules) {
      const unheld = this.endsOf(step_ms, now_ms - PUBLISHED_WITHIN_MS).filter(
        (end_ms) => !this.isHeld(report, end_ms),
      );
      if (unheld.length > 0)
        gaps[report] = {
          intervals: unheld.length,
          first: isoSeconds(unheld[0]!),
          last: isoSeconds(unheld.at(-1)!),
        };
    }
    return gaps;
  }

  private endsOf(step_ms: number, until_ms: number): number[] {
    const ends: number[] = [];
    for (
      let end_ms = (Math.floor(this.from_ms / step_ms) + 1) * step_ms;
      end_ms <= Math.min(this.to_ms, until_ms);
      end_ms += step_ms
    )
      ends.push(end_ms);
    return ends;
  }

  private isHeld(report: string, end_ms: number): boolean {
    if (this.ends.has(`${report}/${end_ms}`)) return true;
    return this.holders.some(
      (holder) =>
        holder.kind === 'table' &&
        holder.report === report &&
        holder.from_ms < end_ms &&
        end_ms <= holder.end_ms,
    );
  }

  /** A file without an interval in its name counts for the archive's last one. */
  private endOf(name: string, holder: LandedHolder): number {
    const place = this.source.placeOf(name);
    return place ? Date.parse(place.interval_end_at) : holder.end_ms;
  }

  private isWithin(end_ms: number): boolean {
    return end_ms > this.from_ms && end_ms <= this.to_ms;
  }
}
