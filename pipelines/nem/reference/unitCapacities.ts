import type { DuCapacityRow } from './monthlyTables';
import { nemText, numberOrNull, type MetadataProblem } from './unitMetadata';

/** Registered capacity of ids over time. */
export interface CapacityHistory {
  /** Moments (NEM time) at which the capacity of an id changes, ascending. */
  changesOf(unit_id: string): readonly string[];
  /** Null when the table does not have the id; `isNewest` when no later figure follows. */
  at(unit_id: string, moment: string): { capacity_mw: number; isNewest: boolean } | null;
}

interface Point {
  from: string;
  capacity_mw: number;
}

interface Claim extends Point {
  rank: string;
}

/**
 * Registered capacities out of DUDETAIL: of an EFFECTIVEDATE the highest VERSIONNO counts, then the row
 * changed last, then the one whose text is greatest, whatever the order of the rows. A figure holds until the
 * next; the first one before its date as well. Rows without a figure are listed.
 */
export function capacityHistory(
  rows: readonly DuCapacityRow[],
  problems: MetadataProblem[],
): CapacityHistory {
  const claims = new Map<string, Map<string, Claim>>();
  for (const [index, row] of rows.entries()) {
    const claim = claimOf(row);
    if (!claim || !row.DUID) {
      const problem = 'expected DUID, EFFECTIVEDATE and a REGISTEREDCAPACITY';
      problems.push({ line: index + 3, text: JSON.stringify(row), problem });
      continue;
    }
    const dates = claims.get(row.DUID) ?? new Map<string, Claim>();
    const known = dates.get(claim.from);
    if (!known || known.rank < claim.rank) dates.set(claim.from, claim);
    claims.set(row.DUID, dates);
  }
  const points = new Map([...claims].map(([unit_id, dates]) => [unit_id, changes([...dates.values()])]));
  return {
    changesOf: (unit_id) => (points.get(unit_id) ?? []).slice(1).map(({ from }) => from),
    at(unit_id, moment) {
      const own = points.get(unit_id);
      if (!own) return null;
      const found = own.findLast(({ from }) => from <= moment) ?? own[0]!;
      return { capacity_mw: found.capacity_mw, isNewest: found === own.at(-1) };
    },
  };
}

function claimOf(row: DuCapacityRow): Claim | null {
  const from = nemText(row.EFFECTIVEDATE ?? '');
  const capacity_mw = numberOrNull(row.REGISTEREDCAPACITY ?? row.MAXCAPACITY ?? '', 0);
  if (!from || typeof capacity_mw !== 'number') return null;
  const version = (row.VERSIONNO ?? '0').padStart(10, '0');
  return { from, capacity_mw, rank: `${version}\n${row.LASTCHANGED ?? ''}\n${JSON.stringify(row)}` };
}

/** Ascending, without the dates at which another detail than the capacity changed. */
function changes(claims: Claim[]): Point[] {
  const sorted = claims.sort((a, b) => (a.from < b.from ? -1 : 1));
  return sorted.filter(({ capacity_mw }, index) => capacity_mw !== sorted[index - 1]?.capacity_mw);
}
