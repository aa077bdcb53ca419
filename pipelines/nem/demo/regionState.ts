/** A region over one interval, MW and AUD per MWh. */
export interface RegionState {
  region_id: string;
  demand_mw: number;
  /** What the region's units give, less what its loads take. */
  supply_mw: number;
  available_mw: number;
  solar_available_mw: number;
  wind_available_mw: number;
  solar_mw: number;
  wind_mw: number;
  price_aud_per_mwh: number;
  /** Positive when the region sends power out. */
  net_interchange_mw: number;
}
