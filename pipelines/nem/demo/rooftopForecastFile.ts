import type { RowValues } from './csvReport';
import { ROOFTOP_FORECAST } from './furtherColumns';
import { MINUTE_MS, nameStamp } from './nemStamp';
import { plannedFile, type PlannedFile, type PlannedRow } from './plannedFile';
import { HALF_HOUR_MS, rooftopRows, type RooftopRow } from './rooftopFile';

/** Real files look eight days ahead; the look-alike a day, which has every hour of the sun too. */
const HALF_HOURS_FORECAST = 48;
/** A forecast is higher by this for each half hour that it looks further ahead: no two say the same. */
const ERROR_SHARE = 0.002;

interface ForecastRow extends RooftopRow {
  interval_end_nem_ms: number;
}

/** Rooftop solar of the coming half hours, as forecast at `forecast_nem_ms`. */
export function rooftopForecastFile(forecast_nem_ms: number, seed: number): PlannedFile {
  const last_changed_nem_ms = forecast_nem_ms - 8 * MINUTE_MS;
  const rows = forecastRows(forecast_nem_ms, seed);
  const cells = rows.map((row): RowValues => ({
    VERSION_DATETIME: { stamp_nem_ms: forecast_nem_ms },
    LASTCHANGED: { stamp_nem_ms: last_changed_nem_ms },
    ...powerCells(row),
  }));
  return plannedFile({
    report: 'ROOFTOP_PV_FORECAST',
    group: 'DEMAND',
    interval_end_nem_ms: forecast_nem_ms,
    header_nem_ms: forecast_nem_ms + 1000,
    name_stamp: nameStamp(forecast_nem_ms, 14),
    sections: [{ table: ROOFTOP_FORECAST, rows: cells }],
    rows: rows.map(({ region_id, interval_end_nem_ms }, index): PlannedRow => ({
      table: 'rooftop_forecast',
      interval_end_nem_ms,
      id: region_id,
      intervention: 0,
      measures: JSON.stringify(cells[index]),
      version_nem_ms: last_changed_nem_ms,
      forecast_nem_ms,
    })),
  });
}

function forecastRows(forecast_nem_ms: number, seed: number): ForecastRow[] {
  return Array.from({ length: HALF_HOURS_FORECAST }, (_, index) => index + 1).flatMap((ahead) => {
    const interval_end_nem_ms = forecast_nem_ms + ahead * HALF_HOUR_MS;
    return rooftopRows('SATELLITE', interval_end_nem_ms, seed).map(({ region_id, power_mw }) => ({
      region_id,
      power_mw: power_mw * (1 + ERROR_SHARE * ahead),
      interval_end_nem_ms,
    }));
  });
}

function powerCells({ region_id, power_mw, interval_end_nem_ms }: ForecastRow): RowValues {
  return {
    REGIONID: region_id,
    INTERVAL_DATETIME: { stamp_nem_ms: interval_end_nem_ms },
    POWERMEAN: power_mw,
    POWERPOE50: power_mw,
    POWERPOELOW: power_mw * 0.85,
    POWERPOEHIGH: power_mw * 1.15,
  };
}
