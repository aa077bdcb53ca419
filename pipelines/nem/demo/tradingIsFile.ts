import type { RowValues } from './csvReport';
import type { Flow } from './interconnectors';
import type { MarketInterval } from './market';
import { DAY_MS, INTERVAL_MS } from './nemStamp';
import { plannedFile, type PlannedFile, type PlannedRow } from './plannedFile';
import { TRADING_INTERCONNECTORRES, TRADING_PRICE } from './furtherColumns';
import type { RegionState } from './regionState';

const FCAS_AUD_PER_MWH = 0.39;
const FCAS = Object.fromEntries(
  TRADING_PRICE.columns
    .filter((column) => /^(RAISE|LOWER).*R[OR]P$/.test(column))
    .map((column) => [column, FCAS_AUD_PER_MWH]),
);

/** Prices that energy is settled at: since five-minute settlement those of dispatch's pricing run. */
export function tradingIsFile(market: MarketInterval): PlannedFile {
  const { interval_end_nem_ms } = market;
  const header_nem_ms = interval_end_nem_ms - INTERVAL_MS + 11_000;
  const cells = intervalCells(interval_end_nem_ms, header_nem_ms - 7000);
  const prices = market.regions.map((region) => ({ ...cells, ...priceCells(region) }));
  return plannedFile({
    report: 'TRADINGIS',
    group: 'TRADINGIS',
    interval_end_nem_ms,
    header_nem_ms,
    sections: [
      {
        table: TRADING_INTERCONNECTORRES,
        rows: market.flows.map((flow) => ({ ...cells, ...flowCells(flow) })),
      },
      { table: TRADING_PRICE, rows: prices },
    ],
    rows: market.regions.map(({ region_id }, index): PlannedRow => ({
      table: 'trading_price',
      interval_end_nem_ms,
      id: region_id,
      intervention: 0,
      measures: JSON.stringify(prices[index]),
      version_nem_ms: header_nem_ms - 7000,
    })),
  });
}

function intervalCells(interval_end_nem_ms: number, last_changed_nem_ms: number): RowValues {
  return {
    SETTLEMENTDATE: { stamp_nem_ms: interval_end_nem_ms },
    RUNNO: 1,
    // Of the calendar day: 1 ends at 00:05, 288 at midnight.
    PERIODID: Math.floor(((interval_end_nem_ms - 1) % DAY_MS) / INTERVAL_MS) + 1,
    LASTCHANGED: { stamp_nem_ms: last_changed_nem_ms },
  };
}

function priceCells({ region_id, price_aud_per_mwh }: RegionState): RowValues {
  return {
    ...FCAS,
    REGIONID: region_id,
    RRP: price_aud_per_mwh,
    EEP: 0,
    ROP: price_aud_per_mwh,
    INVALIDFLAG: '0',
    PRICE_STATUS: 'FIRM',
  };
}

function flowCells(flow: Flow): RowValues {
  return {
    INTERCONNECTORID: flow.interconnector_id,
    METEREDMWFLOW: flow.metered_mw,
    MWFLOW: flow.flow_mw,
    MWLOSSES: flow.losses_mw,
  };
}
