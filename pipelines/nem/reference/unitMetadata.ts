import type { DispatchType, FuelType } from './fuelTypes';

/** One row of `nem.unit_metadata`: a unit's data over a span of validity. */
export interface UnitMetadata {
  /** Without the blanks around it that some registry rows have. */
  unit_id: string;
  /** NEM time, `YYYY-MM-DD HH:MM:SS`, inclusive. */
  valid_from: string;
  /** NEM time, exclusive; `OPEN_END` while it holds. */
  valid_to: string;
  station_name: string | null;
  region_id: string | null;
  fuel_type: FuelType;
  /** The registry's own words; black and brown coal are distinguished here. */
  fuel_source: string | null;
  dispatch_type: DispatchType;
  /** Registered capacity, MW; of a bidirectional unit its generation side, of a load its consumption. */
  capacity_mw: number | null;
  emissions_factor_t_per_mwh: number | null;
  /** Name of the file the row comes from. */
  source: string;
}

export interface RegionMetadata {
  region_id: string;
  region_name: string;
  state: string;
  /** NEM time, like a unit's span; of a region that ended (SNOWY1 on 2008-07-01) rows stay in history. */
  valid_from: string;
  valid_to: string;
  /** BUILT_IN, or the name of the file the row comes from. */
  source: string;
}

/** One row of `nem.interconnector_metadata`: positive flow runs from `region_from` to `region_to`. */
export interface InterconnectorMetadata {
  interconnector_id: string;
  region_from: string;
  region_to: string;
  valid_from: string;
  valid_to: string;
  description: string | null;
  source: string;
}

/** Source of built-in rows, maybe with a colon and their own source: they fill gaps of files and archives. */
export const BUILT_IN = 'built in';

/**
 * A row that was dropped, or accepted with a doubt; `line` is its place in the file, with the header as line
 * 1.
 */
export interface MetadataProblem {
  line: number;
  problem: string;
  text: string;
  /** True when the row was accepted. */
  isTaken?: boolean;
  /** Set when the row names a region that the market does not have; such a file is rejected as a whole. */
  region_id?: string;
}

export interface UnitMetadataRead {
  units: UnitMetadata[];
  problems: MetadataProblem[];
}

/** The market began in December 1998; sources that state no date hold since then. */
export const MARKET_START = '1998-12-01 00:00:00';
export const OPEN_END = '2999-12-31 00:00:00';

/**
 * `YYYY-MM-DD HH:MM:SS` from a date or date-time with dashes or slashes, null when it is neither. An offset
 * is rejected: the stamp is NEM time by definition.
 */
export function nemText(text: string): string | null {
  const parts = /^(\d{4})[-/](\d{2})[-/](\d{2})(?:[ T](\d{2}):(\d{2})(?::(\d{2}))?)?$/.exec(text.trim());
  if (!parts) return null;
  const [, year, month, day, hour = '00', minute = '00', second = '00'] = parts;
  const naive = `${year}-${month}-${day} ${hour}:${minute}:${second}`;
  const read = new Date(`${naive.replace(' ', 'T')}Z`);
  return Number.isNaN(read.getTime()) || read.toISOString().slice(0, 10) !== naive.slice(0, 10)
    ? null
    : naive;
}

/** A number of at least `least`, null for an empty cell or `-`, undefined for anything else. */
export function numberOrNull(text: string, least: number): number | null | undefined {
  const word = text.trim();
  if (word === '' || word === '-') return null;
  if (!/^-?\d+(\.\d+)?$/.test(word)) return undefined;
  return Number(word) >= least ? Number(word) : undefined;
}

/**
 * Without the ASCII blanks around it. Other blanks (the no-break space of spreadsheets) stay: an id that
 * holds one would join to nothing, so it must be named, not repaired in one place out of many.
 */
export function plainText(text: string): string {
  return text.replace(/^[ \t\r\n]+|[ \t\r\n]+$/g, '');
}

/** Text with characters that do not show, or are no ASCII, written as `\u00a0`. */
export function visible(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, (each) => `\\u${each.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
