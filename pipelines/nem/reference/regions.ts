import type { RegionMetadata } from './unitMetadata';

/** The market's regions, for a lake that has been given no file of its own. */
export const NEM_REGIONS: readonly RegionMetadata[] = [
  { region_id: 'NSW1', region_name: 'New South Wales', state: 'NSW' },
  { region_id: 'QLD1', region_name: 'Queensland', state: 'QLD' },
  { region_id: 'SA1', region_name: 'South Australia', state: 'SA' },
  { region_id: 'TAS1', region_name: 'Tasmania', state: 'TAS' },
  { region_id: 'VIC1', region_name: 'Victoria', state: 'VIC' },
];
