import type { RegionState } from './regionState';

export interface Flow {
  interconnector_id: string;
  /** Target over the interval; positive away from Tasmania: TAS to VIC, VIC to SA, VIC to NSW, NSW to QLD. */
  flow_mw: number;
  metered_mw: number;
  losses_mw: number;
  export_limit_mw: number;
  import_limit_mw: number;
}

interface Link {
  id: string;
  from: string;
  to: string;
  share: number;
  export_mw: number;
  import_mw: number;
}

const LINKS: readonly Link[] = [
  { id: 'N-Q-MNSP1', from: 'NSW1', to: 'QLD1', share: 0.07, export_mw: 107, import_mw: -210 },
  { id: 'NSW1-QLD1', from: 'NSW1', to: 'QLD1', share: 0.93, export_mw: 600, import_mw: -1078 },
  { id: 'T-V-MNSP1', from: 'TAS1', to: 'VIC1', share: 1, export_mw: 594, import_mw: -478 },
  { id: 'V-S-MNSP1', from: 'VIC1', to: 'SA1', share: 0.25, export_mw: 220, import_mw: -200 },
  { id: 'V-SA', from: 'VIC1', to: 'SA1', share: 0.75, export_mw: 600, import_mw: -550 },
  { id: 'VIC1-NSW1', from: 'VIC1', to: 'NSW1', share: 1, export_mw: 1600, import_mw: -1350 },
];

/**
 * Flows over the market's tree of links, from the regions' surpluses, with New South Wales as the region that
 * balances. Writes each region's `net_interchange_mw`, whose sum is zero.
 */
export function flowsBetween(regions: RegionState[]): Flow[] {
  const surplus = new Map(regions.map((region) => [region.region_id, region.supply_mw - region.demand_mw]));
  const wanted = new Map<string, number>();
  wanted.set('TAS1>VIC1', surplus.get('TAS1')!);
  wanted.set('VIC1>SA1', -surplus.get('SA1')!);
  wanted.set('NSW1>QLD1', -surplus.get('QLD1')!);
  wanted.set('VIC1>NSW1', surplus.get('VIC1')! + clamped('TAS1>VIC1', wanted) - clamped('VIC1>SA1', wanted));
  const flows = LINKS.map((link) => flowOf(link, clamped(`${link.from}>${link.to}`, wanted)));
  for (const [index, link] of LINKS.entries()) exchange(regions, link, flows[index]!.flow_mw);
  return flows;
}

function clamped(path: string, wanted: Map<string, number>): number {
  const links = LINKS.filter((link) => `${link.from}>${link.to}` === path);
  const most = Math.min(...links.map((link) => link.export_mw / link.share));
  const least = Math.max(...links.map((link) => link.import_mw / link.share));
  return Math.min(most, Math.max(least, wanted.get(path)!));
}

function flowOf(link: Link, path_mw: number): Flow {
  const flow_mw = path_mw * link.share;
  return {
    interconnector_id: link.id,
    flow_mw,
    metered_mw: flow_mw * 0.985 + 1.2,
    losses_mw: Math.abs(flow_mw) * 0.035,
    export_limit_mw: link.export_mw,
    import_limit_mw: link.import_mw,
  };
}

function exchange(regions: RegionState[], link: Link, flow_mw: number): void {
  for (const region of regions) {
    if (region.region_id === link.from) region.net_interchange_mw += flow_mw;
    if (region.region_id === link.to) region.net_interchange_mw -= flow_mw;
  }
}
