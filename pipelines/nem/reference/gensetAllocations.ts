import type { DuAllocRow } from './monthlyTables';
import { nemText, type MetadataProblem } from './unitMetadata';

/** The sets of an id from a moment on, until its next record. */
export interface AllocationRecord {
  from: string;
  sets: string[];
}

/** Records of each id, ascending: of several versions of an EFFECTIVEDATE the highest counts. */
export function allocationRecords(
  rows: readonly DuAllocRow[],
  problems: MetadataProblem[],
): Map<string, AllocationRecord[]> {
  const versions = new Map<string, Map<string, { version: number; sets: Set<string> }>>();
  for (const [index, row] of rows.entries()) {
    const from = nemText(row.EFFECTIVEDATE ?? '');
    if (!row.DUID || !row.GENSETID || !from) {
      problems.push({
        line: index + 3,
        text: JSON.stringify(row),
        problem: 'expected DUID, GENSETID and EFFECTIVEDATE of an allocation',
      });
      continue;
    }
    const version = Number(row.VERSIONNO ?? 0);
    const dates = versions.get(row.DUID) ?? new Map<string, { version: number; sets: Set<string> }>();
    const known = dates.get(from);
    if (!known || known.version < version) dates.set(from, { version, sets: new Set([row.GENSETID]) });
    else if (known.version === version) known.sets.add(row.GENSETID);
    versions.set(row.DUID, dates);
  }
  return new Map([...versions].map(([unit_id, dates]) => [unit_id, ascending(dates)]));
}

function ascending(dates: Map<string, { sets: Set<string> }>): AllocationRecord[] {
  return [...dates]
    .map(([from, { sets }]) => ({ from, sets: [...sets].sort() }))
    .sort((a, b) => (a.from < b.from ? -1 : 1));
}
