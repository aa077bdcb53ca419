import { readCsvTable, type Synonyms } from './csvTable';
import type { MetadataProblem, RegionMetadata } from './unitMetadata';

const REGION_COLUMN_SYNONYMS: Synonyms = {
  region_id: ['REGIONID', 'Region', 'code'],
  region_name: ['name', 'description'],
  state: ['state code'],
};

/**
 * Regions from a CSV file of the user's; a second row of a region is left out and listed.
 *
 * @throws MetadataColumnsError, MetadataFormatError.
 */
export function readRegionCsv(
  bytes: Buffer,
  source: string,
): { regions: RegionMetadata[]; problems: MetadataProblem[] } {
  const table = readCsvTable(bytes, source, REGION_COLUMN_SYNONYMS, [
    ['region_id'],
    ['region_name'],
    ['state'],
  ]);
  const problems = [...table.problems];
  const regions: RegionMetadata[] = [];
  for (const { line, text, cell } of table.rows) {
    const region = {
      region_id: cell('region_id').trim(),
      region_name: cell('region_name').trim(),
      state: cell('state').trim(),
    };
    const isTaken = regions.some((each) => each.region_id === region.region_id);
    const problem = isTaken
      ? `expected one row of ${region.region_id}, found another`
      : Object.values(region).includes('')
        ? 'expected region_id, region_name and state, found an empty cell'
        : null;
    if (problem === null) regions.push(region);
    else problems.push({ line, text, problem });
  }
  return { regions, problems };
}
