import type { RegionRow } from './monthlyTables';
import { NEM_REGIONS, withBuiltIn } from './regions';
import type { MetadataProblem, RegionMetadata, UnitMetadata } from './unitMetadata';

/**
 * Regions of the archive: the span in which they had units, with a name from REGION or the built-in list.
 * REGION itself states no dates. A region that neither knows is taken under its id and listed.
 */
export function regionsFromArchive(
  units: readonly UnitMetadata[],
  names: readonly RegionRow[],
  source: string,
  problems: MetadataProblem[],
): RegionMetadata[] {
  const spans = new Map<string, { valid_from: string; valid_to: string }>();
  for (const { region_id, valid_from, valid_to } of units) {
    if (!region_id) continue;
    const known = spans.get(region_id) ?? { valid_from, valid_to };
    spans.set(region_id, {
      valid_from: known.valid_from < valid_from ? known.valid_from : valid_from,
      valid_to: known.valid_to > valid_to ? known.valid_to : valid_to,
    });
  }
  const regions = [...spans.keys()].sort().map((region_id) => {
    const builtIn = NEM_REGIONS.find((each) => each.region_id === region_id);
    const name = names.find((row) => row.REGIONID === region_id)?.DESCRIPTION;
    if (!builtIn) {
      const problem = `region ${region_id} is new: its state is not known, load it with --region-csv`;
      problems.push({ line: 1, text: region_id, problem, isTaken: true });
    }
    return {
      region_id,
      region_name: builtIn?.region_name ?? name ?? region_id,
      state: builtIn?.state ?? region_id.replace(/\d+$/, ''),
      ...spans.get(region_id)!,
      source,
    };
  });
  return withBuiltIn(regions);
}
