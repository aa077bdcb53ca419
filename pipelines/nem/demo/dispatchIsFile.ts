import type { Damage, ReportSection, RowValues } from './csvReport';
import { interconnectorRow, priceRow, regionRow, runRow, type DispatchRun } from './dispatchIsRows';
import type { MarketInterval } from './market';
import { INTERVAL_MS } from './nemStamp';
import { plannedFile, type LakeTable, type PlannedFile, type PlannedRow } from './plannedFile';
import {
  CASE_SOLUTION,
  CONSTRAINT,
  INTERCONNECTION,
  INTERCONNECTORRES,
  LOCAL_PRICE,
  PRICE,
  REGIONSUM,
} from './reportColumns';

export interface DispatchIsOptions {
  market: MarketInterval;
  header_nem_ms: number;
  hasIntervention?: boolean;
  damage?: Damage;
}

interface Block {
  table: LakeTable;
  section: ReportSection;
  ids: readonly string[];
  runs: readonly DispatchRun[];
}

/** Real files carry some 870; the look-alike enough to show a table that no contract names. */
const CONSTRAINT_ROWS = 40;
const LOCAL_PRICE_ROWS = 8;

/** The header stamp of an interval's DISPATCHIS file, just before that of DISPATCHSCADA. */
export function dispatchIsHeader_nem_ms(interval_end_nem_ms: number): number {
  return interval_end_nem_ms - INTERVAL_MS + 21_000;
}

export function dispatchIsFile(options: DispatchIsOptions): PlannedFile {
  const { market, header_nem_ms, damage } = options;
  const runs = runsOf(options);
  const blocks = usedBlocks(market, runs);
  const [cases, ...others] = blocks.map((block) => block.section);
  const sections = [cases!, localPrices(market), ...others, ...unusedSections(market, runs[0]!)];
  const rows = blocks.flatMap(plannedRows);
  return plannedFile({
    report: 'DISPATCHIS',
    group: 'DISPATCHIS',
    interval_end_nem_ms: market.interval_end_nem_ms,
    header_nem_ms,
    sections,
    rows,
    damage,
  });
}

function runsOf({ market, header_nem_ms, hasIntervention }: DispatchIsOptions): DispatchRun[] {
  const run = { interval_end_nem_ms: market.interval_end_nem_ms, last_changed_nem_ms: header_nem_ms - 6000 };
  return hasIntervention
    ? [
        { ...run, intervention: 0 },
        { ...run, intervention: 1 },
      ]
    : [{ ...run, intervention: 0 }];
}

function usedBlocks(market: MarketInterval, runs: readonly DispatchRun[]): Block[] {
  const regions = market.regions.map((region) => region.region_id);
  const links = market.flows.map((flow) => flow.interconnector_id);
  const block = (table: LakeTable, section: ReportSection, ids: readonly string[]): Block => ({
    table,
    section,
    ids,
    runs,
  });
  return [
    block(
      'case',
      {
        table: CASE_SOLUTION,
        rows: runs.map((run) =>
          runRow(run, CASE_SOLUTION, { SOLUTIONSTATUS: 1, TOTALOBJECTIVE: -32201960.534 }),
        ),
      },
      [''],
    ),
    block(
      'price',
      { table: PRICE, rows: runs.flatMap((run) => market.regions.map((region) => priceRow(run, region))) },
      regions,
    ),
    block(
      'region',
      {
        table: REGIONSUM,
        rows: runs.flatMap((run) => market.regions.map((region) => regionRow(run, region))),
      },
      regions,
    ),
    block(
      'interconnector',
      {
        table: INTERCONNECTORRES,
        rows: runs.flatMap((run) => market.flows.map((flow) => interconnectorRow(run, flow))),
      },
      links,
    ),
  ];
}

function plannedRows({ table, section, ids, runs }: Block): PlannedRow[] {
  return runs.flatMap((run, runIndex) =>
    ids.map((id, index): PlannedRow => ({
      table,
      id,
      interval_end_nem_ms: run.interval_end_nem_ms,
      intervention: run.intervention,
      measures: JSON.stringify(section.rows[runIndex * ids.length + index]),
      version_nem_ms: run.last_changed_nem_ms,
    })),
  );
}

function localPrices(market: MarketInterval): ReportSection {
  const units = [...market.power_mw.keys()].slice(0, LOCAL_PRICE_ROWS);
  const rows = units.map((DUID): RowValues => ({
    SETTLEMENTDATE: { stamp_nem_ms: market.interval_end_nem_ms },
    DUID,
    LOCAL_PRICE_ADJUSTMENT: 2.7,
    LOCALLY_CONSTRAINED: 1,
  }));
  return { table: LOCAL_PRICE, rows };
}

/** Tables that stand in every real file and that the pipeline keeps in landing without using them. */
function unusedSections(market: MarketInterval, run: DispatchRun): ReportSection[] {
  const constraints = Array.from({ length: CONSTRAINT_ROWS }, (_, index): RowValues =>
    runRow(run, CONSTRAINT, {
      CONSTRAINTID: `SIM::LIMIT_${String(index + 1).padStart(2, '0')}`,
      RHS: 100 + index,
      GENCONID_EFFECTIVEDATE: { quoted: '2024/07/11 00:00:00' },
      GENCONID_VERSIONNO: 1,
      LHS: 17,
    }),
  );
  const paths = [
    ['NSW1', 'QLD1'],
    ['VIC1', 'NSW1'],
    ['VIC1', 'SA1'],
  ].map(([from, to]): RowValues =>
    runRow(run, INTERCONNECTION, {
      FROM_REGIONID: from!,
      TO_REGIONID: to!,
      IRLF: 1.02,
      MWFLOW: market.flows[0]!.flow_mw,
      METEREDMWFLOW: market.flows[0]!.metered_mw,
    }),
  );
  return [
    { table: CONSTRAINT, rows: constraints },
    { table: INTERCONNECTION, rows: paths },
  ];
}
