import type { RowValues } from './csvReport';
import type { Flow } from './interconnectors';
import type { RegionState } from './regionState';
import { dispatchInterval } from './nemStamp';
import { PRICE } from './reportColumns';
import type { ReportTable } from './reportTable';

/** One run of the dispatch engine over an interval: 0 prices it, 1 holds the targets of an intervention. */
export interface DispatchRun {
  interval_end_nem_ms: number;
  intervention: 0 | 1;
  last_changed_nem_ms: number;
}

/**
 * Prices of a run; those of an intervention run are unlike the published ones, so that a wrong choice shows.
 */
export function priceRow(run: DispatchRun, region: RegionState): RowValues {
  const price = run.intervention === 1 ? region.price_aud_per_mwh / 2 - 7 : region.price_aud_per_mwh;
  const fcas = Object.fromEntries(
    PRICE.columns.filter((column) => /^(RAISE|LOWER).*R[OR]P$/.test(column)).map((column) => [column, 0.39]),
  );
  const flags = Object.fromEntries(
    PRICE.columns.filter((column) => column.endsWith('APCFLAG')).map((column) => [column, 0]),
  );
  return {
    ...runCells(run),
    ...fcas,
    ...flags,
    REGIONID: region.region_id,
    RRP: price,
    EEP: 0,
    ROP: price,
    MARKETSUSPENDEDFLAG: 0,
    PRICE_STATUS: 'FIRM',
    PRE_AP_ENERGY_PRICE: price,
    OCD_STATUS: 'NOT_OCD',
    MII_STATUS: 'NOT_MII',
  };
}

export function regionRow(run: DispatchRun, region: RegionState): RowValues {
  const demand_mw = region.demand_mw + 12 * run.intervention;
  const renewables_mw = region.solar_mw + region.wind_mw;
  const uigf_mw = region.solar_available_mw + region.wind_available_mw;
  return {
    ...runCells(run),
    REGIONID: region.region_id,
    TOTALDEMAND: demand_mw,
    AVAILABLEGENERATION: region.available_mw,
    AVAILABLELOAD: 0,
    DEMANDFORECAST: -5,
    DISPATCHABLEGENERATION: demand_mw + region.net_interchange_mw,
    DISPATCHABLELOAD: 0,
    NETINTERCHANGE: region.net_interchange_mw,
    EXCESSGENERATION: 0,
    AGGREGATEDISPATCHERROR: 0,
    INITIALSUPPLY: demand_mw + 30,
    CLEAREDSUPPLY: demand_mw + 25,
    TOTALINTERMITTENTGENERATION: uigf_mw * 0.02,
    DEMAND_AND_NONSCHEDGEN: demand_mw + 60,
    UIGF: uigf_mw,
    SEMISCHEDULE_CLEAREDMW: renewables_mw,
    SEMISCHEDULE_COMPLIANCEMW: 0,
    SS_SOLAR_UIGF: region.solar_available_mw,
    SS_WIND_UIGF: region.wind_available_mw,
    SS_SOLAR_CLEAREDMW: region.solar_mw,
    SS_WIND_CLEAREDMW: region.wind_mw,
    SS_SOLAR_COMPLIANCEMW: 0,
    SS_WIND_COMPLIANCEMW: 0,
    WDR_INITIALMW: 0,
    WDR_AVAILABLE: 0,
    WDR_DISPATCHED: 0,
    SS_SOLAR_AVAILABILITY: region.solar_available_mw,
    SS_WIND_AVAILABILITY: region.wind_available_mw,
  };
}

export function interconnectorRow(run: DispatchRun, flow: Flow): RowValues {
  return {
    ...runCells(run),
    INTERCONNECTORID: flow.interconnector_id,
    METEREDMWFLOW: flow.metered_mw,
    MWFLOW: flow.flow_mw + 3 * run.intervention,
    MWLOSSES: flow.losses_mw,
    MARGINALVALUE: 0,
    VIOLATIONDEGREE: 0,
    EXPORTLIMIT: flow.export_limit_mw,
    IMPORTLIMIT: flow.import_limit_mw,
    MARGINALLOSS: 1.02,
    EXPORTGENCONID: 'SIM>>EXPORT_NIL',
    IMPORTGENCONID: 'SIM::IMPORT_NIL',
    FCASEXPORTLIMIT: flow.export_limit_mw,
    FCASIMPORTLIMIT: flow.import_limit_mw,
    LOCAL_PRICE_ADJUSTMENT_EXPORT: 0,
    LOCALLY_CONSTRAINED_EXPORT: 0,
    LOCAL_PRICE_ADJUSTMENT_IMPORT: 0,
    LOCALLY_CONSTRAINED_IMPORT: 0,
  };
}

/** A row whose cells other than the run's own are alike: cases, constraints. */
export function runRow(run: DispatchRun, table: ReportTable, values: RowValues): RowValues {
  const zeros = Object.fromEntries(
    table.columns
      .filter((column) => /^TOTAL|VIOLATIONDEGREE|MARGINALVALUE/.test(column))
      .map((column) => [column, 0]),
  );
  return { ...zeros, ...runCells(run), ...values };
}

function runCells(run: DispatchRun): RowValues {
  return {
    SETTLEMENTDATE: { stamp_nem_ms: run.interval_end_nem_ms },
    RUNNO: 1,
    DISPATCHINTERVAL: dispatchInterval(run.interval_end_nem_ms),
    INTERVENTION: run.intervention,
    LASTCHANGED: { stamp_nem_ms: run.last_changed_nem_ms },
  };
}
