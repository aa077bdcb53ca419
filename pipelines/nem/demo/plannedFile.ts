import { reportText, zippedReport, type Damage, type ReportSection } from './csvReport';
import { nameStamp, MINUTE_MS } from './nemStamp';
import { currentPath, type ReportName, type SiteFile } from './siteFile';

/** Where a row's record belongs; each is one data topic and one bronze table. */
export const LAKE_TABLES = [
  'dispatch',
  'price',
  'region',
  'interconnector',
  'case',
  'rooftop',
  'trading_price',
  'unit_solution',
  'price_forecast',
  'rooftop_forecast',
] as const;
export type LakeTable = (typeof LAKE_TABLES)[number];

/** Why the pipeline must reject a row or quarantine a file, as its dead letters say it. */
export type Rejection =
  'empty_unit_id' | 'scadavalue_missing' | 'scadavalue_not_a_number' | 'settlementdate_in_future';
export type QuarantineReason = 'file_truncated';

/**
 * The plan's data of a D row before it became text. Rows with equal `key`, `measures` and `version_nem_ms`
 * are duplicates.
 */
export interface PlannedRow {
  table: LakeTable;
  interval_end_nem_ms: number;
  id: string;
  intervention: number;
  measures: string;
  version_nem_ms: number;
  /** When a forecast was made. */
  forecast_nem_ms?: number;
  rejection?: Rejection;
}

export type FileOutcome =
  { kind: 'taken' } | { kind: 'seen_before' } | { kind: 'quarantined'; reason: QuarantineReason };

/** A file of the plan: the served bytes, and the expected outcome. */
export interface PlannedFile extends SiteFile {
  report: ReportName;
  interval_end_nem_ms: number;
  rows: readonly PlannedRow[];
  outcome: FileOutcome;
  addedColumns: readonly string[];
}

export interface Draft {
  report: ReportName;
  group: string;
  interval_end_nem_ms: number;
  header_nem_ms: number;
  sections: readonly ReportSection[];
  rows: readonly PlannedRow[];
  /** The stamp in the name, when it is not the interval's end to the minute. */
  name_stamp?: string;
  /** The id in the name, where that is not the one of the file's first line. */
  name_id?: string;
  isDuplicate?: boolean;
  damage?: Damage;
  addedColumns?: readonly string[];
}

const ID_DIGITS: Record<ReportName, number> = {
  DISPATCHIS: 1,
  DISPATCHSCADA: 2,
  ROOFTOP_PV_ACTUAL_MEASUREMENT: 3,
  ROOFTOP_PV_ACTUAL_SATELLITE: 4,
  TRADINGIS: 5,
  P5MIN: 6,
  NEXT_DAY_DISPATCH: 7,
  ROOFTOP_PV_FORECAST: 8,
};
const LISTED_AFTER_MS = MINUTE_MS / 6;

/** The file a draft becomes: named, numbered, zipped, and published ten seconds after its header stamp. */
export function plannedFile(draft: Draft): PlannedFile {
  const file_id = simulatedFileId(draft.report, draft.header_nem_ms);
  const stamp = draft.name_stamp ?? nameStamp(draft.interval_end_nem_ms, 12);
  const name = `PUBLIC_${draft.report}_${stamp}_${draft.name_id ?? file_id}.zip`;
  const header = { report: draft.report, header_nem_ms: draft.header_nem_ms, file_id, group: draft.group };
  return {
    path: currentPath(draft.report, name, draft.isDuplicate),
    bytes: zippedReport(name, reportText(header, draft.sections, draft.damage), draft.header_nem_ms),
    published_nem_ms: draft.header_nem_ms + LISTED_AFTER_MS,
    report: draft.report,
    interval_end_nem_ms: draft.interval_end_nem_ms,
    rows: draft.rows,
    outcome: draft.damage ? { kind: 'quarantined', reason: 'file_truncated' } : { kind: 'taken' },
    addedColumns: draft.addedColumns ?? [],
  };
}

/** The same bytes a second time under DUPLICATE/, listed later. */
export function republished(file: PlannedFile, report: ReportName, delay_ms: number): PlannedFile {
  const name = file.path.slice(file.path.lastIndexOf('/') + 1);
  return {
    ...file,
    path: currentPath(report, name, true),
    published_nem_ms: file.published_nem_ms + delay_ms,
    outcome: { kind: 'seen_before' },
  };
}

/** 16 digits that grow with the header stamp; real ids begin with zeros, simulated ones with 99. */
function simulatedFileId(report: ReportName, header_nem_ms: number): string {
  return `99${String((header_nem_ms / 1000) * 10 + ID_DIGITS[report]).padStart(14, '0')}`;
}
