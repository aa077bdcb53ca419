import { BUILT_IN, MARKET_START, OPEN_END, type RegionMetadata } from './unitMetadata';

/** Snowy was a region of its own until its units went to New South Wales and Victoria. */
export const SNOWY_END = '2008-07-01 00:00:00';
/** First START_DATE of a Tasmanian unit in DUDETAILSUMMARY. */
const TASMANIA_START = '2005-05-16 00:00:00';

function region(
  region_id: string,
  region_name: string,
  state: string,
  span: { valid_from?: string; valid_to?: string } = {},
): RegionMetadata {
  return {
    region_id,
    region_name,
    state,
    valid_from: MARKET_START,
    valid_to: OPEN_END,
    source: BUILT_IN,
    ...span,
  };
}

/** The market's regions, for a lake that has been given no file of its own. */
export const NEM_REGIONS: readonly RegionMetadata[] = [
  region('NSW1', 'New South Wales', 'NSW'),
  region('QLD1', 'Queensland', 'QLD'),
  region('SA1', 'South Australia', 'SA'),
  region('SNOWY1', 'Snowy', 'NSW', { valid_to: SNOWY_END }),
  region('TAS1', 'Tasmania', 'TAS', { valid_from: TASMANIA_START }),
  region('VIC1', 'Victoria', 'VIC'),
];

/** Regions of a file, and of the market's own those that it does not name. */
export function withBuiltIn(given: readonly RegionMetadata[]): RegionMetadata[] {
  const named = new Set(given.map((each) => each.region_id));
  return [...given, ...NEM_REGIONS.filter((each) => !named.has(each.region_id))];
}
