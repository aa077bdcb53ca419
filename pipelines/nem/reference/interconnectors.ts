import type { InterconnectorDateRow, InterconnectorRow } from './monthlyTables';
import { SNOWY_END } from './regions';
import {
  BUILT_IN,
  MARKET_START,
  nemText,
  OPEN_END,
  type InterconnectorMetadata,
  type MetadataProblem,
  type RegionMetadata,
} from './unitMetadata';

function link(
  interconnector_id: string,
  region_from: string,
  region_to: string,
  description: string,
  span: { valid_from?: string; valid_to?: string } = {},
): InterconnectorMetadata {
  const always = { valid_from: MARKET_START, valid_to: OPEN_END };
  return { interconnector_id, region_from, region_to, ...always, description, source: BUILT_IN, ...span };
}

/**
 * Links that the market has had, for a lake that never read the archive. Dates are the first EFFECTIVEDATE of
 * INTERCONNECTORCONSTRAINT and MNSP_INTERCONNECTOR where those are known, else the begin of the market.
 */
export const NEM_INTERCONNECTORS: readonly InterconnectorMetadata[] = [
  link('N-Q-MNSP1', 'NSW1', 'QLD1', 'Terranora'),
  link('NSW1-QLD1', 'NSW1', 'QLD1', 'Queensland to New South Wales'),
  link('SNOWY1', 'SNOWY1', 'NSW1', 'Snowy to New South Wales', { valid_to: SNOWY_END }),
  link('T-V-MNSP1', 'TAS1', 'VIC1', 'Basslink', { valid_from: '2005-11-11 00:00:00' }),
  link('V-S-MNSP1', 'VIC1', 'SA1', 'Murraylink'),
  link('V-SA', 'VIC1', 'SA1', 'Heywood'),
  link('V-SN', 'VIC1', 'SNOWY1', 'Victoria to Snowy', { valid_to: SNOWY_END }),
  link('VIC1-NSW1', 'VIC1', 'NSW1', 'Victoria to New South Wales', { valid_from: SNOWY_END }),
];

/**
 * Links of the archive's INTERCONNECTOR, valid since their first INTERCONNECTORCONSTRAINT and while both of
 * their regions are; the built-in ones that it does not name stay. A link whose ends are no known regions, or
 * whose first date is not known, is listed by name.
 */
export function interconnectorsFromArchive(
  rows: readonly InterconnectorRow[],
  dates: readonly InterconnectorDateRow[],
  regions: readonly RegionMetadata[],
  source: string,
  problems: MetadataProblem[],
): InterconnectorMetadata[] {
  const firstDates = firstDateByLink(dates);
  const byRegion = new Map(regions.map((region) => [region.region_id, region]));
  const read = new Map<string, InterconnectorMetadata>();
  for (const [index, row] of [...rows.entries()].sort(([, a], [, b]) => (rank(a) < rank(b) ? -1 : 1))) {
    const at = { line: index + 3, text: JSON.stringify(row) };
    const { INTERCONNECTORID: id, REGIONFROM: from, REGIONTO: to } = row;
    const ends = [from, to].map((each) => byRegion.get(each ?? ''));
    if (!id || !from || !to || !ends[0] || !ends[1]) {
      const problem = `interconnector ${id}: expected two known regions, found ${from} and ${to}`;
      problems.push({ ...at, problem });
      continue;
    }
    const known = NEM_INTERCONNECTORS.find((each) => each.interconnector_id === id);
    const since = firstDates.get(id) ?? known?.valid_from;
    if (!since)
      problems.push({ ...at, problem: `interconnector ${id}: its first date is not known`, isTaken: true });
    read.set(id, {
      interconnector_id: id,
      region_from: from,
      region_to: to,
      valid_from: latest(since ?? MARKET_START, ends[0].valid_from, ends[1].valid_from),
      valid_to: [ends[0].valid_to, ends[1].valid_to].sort()[0]!,
      description: row.DESCRIPTION,
      source,
    });
  }
  return [...read.values(), ...NEM_INTERCONNECTORS.filter((each) => !read.has(each.interconnector_id))];
}

function firstDateByLink(dates: readonly InterconnectorDateRow[]): Map<string, string> {
  const first = new Map<string, string>();
  for (const { INTERCONNECTORID: id, EFFECTIVEDATE } of dates) {
    const date = nemText(EFFECTIVEDATE ?? '');
    if (id && date && date < (first.get(id) ?? OPEN_END)) first.set(id, date);
  }
  return first;
}

function rank(row: InterconnectorRow): string {
  return `${row.INTERCONNECTORID}\n${row.LASTCHANGED}\n${JSON.stringify(row)}`;
}

function latest(...moments: string[]): string {
  return moments.sort().at(-1)!;
}
