import type { RowValues } from './csvReport';
import { P5MIN_REGIONSOLUTION } from './furtherColumns';
import type { MarketInterval } from './market';
import { nameStamp } from './nemStamp';
import { plannedFile, type PlannedFile, type PlannedRow } from './plannedFile';
import type { RegionState } from './regionState';

/** A run forecasts the interval that it names and the rest of the hour. */
export const INTERVALS_FORECAST = 12;
/** Published files are made so long before the end of the first interval. */
const MADE_BEFORE_MS = 220_000;
/** How far a forecast is off, for each interval that it looks further ahead: no two runs say the same. */
const PRICE_ERROR_AUD_PER_MWH = 0.7;
const DEMAND_ERROR_MW = 4;

/**
 * Prices of the next hour by region, forecast by one run.
 *
 * @param markets of the intervals that the run forecasts, from the one that it names.
 */
export function priceForecastFile(markets: readonly MarketInterval[]): PlannedFile {
  const forecast_nem_ms = markets[0]!.interval_end_nem_ms;
  const header_nem_ms = forecast_nem_ms - MADE_BEFORE_MS;
  const last_changed_nem_ms = header_nem_ms - 2000;
  const run = {
    RUN_DATETIME: { stamp_nem_ms: forecast_nem_ms },
    INTERVENTION: 0,
    LASTCHANGED: { stamp_nem_ms: last_changed_nem_ms },
  };
  const rows = markets.flatMap(({ interval_end_nem_ms, regions }, ahead) =>
    regions.map((region) => ({ region, ahead, interval_end_nem_ms })),
  );
  const cells = rows.map(({ region, ahead, interval_end_nem_ms }): RowValues => ({
    ...run,
    INTERVAL_DATETIME: { stamp_nem_ms: interval_end_nem_ms },
    ...forecastCells(region, ahead),
  }));
  return plannedFile({
    report: 'P5MIN',
    group: 'P5MIN',
    interval_end_nem_ms: forecast_nem_ms,
    header_nem_ms,
    // The report's names end with the time at which the file was made.
    name_id: nameStamp(header_nem_ms, 14),
    sections: [{ table: P5MIN_REGIONSOLUTION, rows: cells }],
    rows: rows.map(({ region, interval_end_nem_ms }, index): PlannedRow => ({
      table: 'price_forecast',
      interval_end_nem_ms,
      id: region.region_id,
      intervention: 0,
      measures: JSON.stringify(cells[index]),
      version_nem_ms: last_changed_nem_ms,
      forecast_nem_ms,
    })),
  });
}

function forecastCells(region: RegionState, ahead: number): RowValues {
  const price_aud_per_mwh = region.price_aud_per_mwh + PRICE_ERROR_AUD_PER_MWH * ahead;
  const demand_mw = region.demand_mw + DEMAND_ERROR_MW * ahead;
  return {
    REGIONID: region.region_id,
    RRP: price_aud_per_mwh,
    ROP: price_aud_per_mwh,
    EXCESSGENERATION: 0,
    TOTALDEMAND: demand_mw,
    AVAILABLEGENERATION: region.available_mw,
    DISPATCHABLEGENERATION: demand_mw + region.net_interchange_mw,
    NETINTERCHANGE: region.net_interchange_mw,
    UIGF: region.solar_available_mw + region.wind_available_mw,
    SEMISCHEDULE_CLEAREDMW: region.solar_mw + region.wind_mw,
    SS_SOLAR_UIGF: region.solar_available_mw,
    SS_WIND_UIGF: region.wind_available_mw,
    SS_SOLAR_CLEAREDMW: region.solar_mw,
    SS_WIND_CLEAREDMW: region.wind_mw,
  };
}
