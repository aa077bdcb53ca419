import type { PhysicalType } from './contract';

/** One column of a silver table. */
export interface SilverColumn {
  name: string;
  physicalType: PhysicalType | 'date';
  unit: string | null;
  description: string;
  /** Columns that it carries along, `schema.table.column`; none where silver computes it. */
  sources: readonly string[];
  /** Place in the key, from 1. */
  keyPosition: number | null;
}

/**
 * What is agreed about one silver table: read from `contracts/silver/<table>.yaml`. Which version of a row it
 * shows is code.
 */
export interface SilverContract {
  id: string;
  /** For people. */
  title: string;
  purpose: string;
  /** `schema.table`. */
  table: string;
  /** What one row stands for. */
  grain: string;
  /** In the order of the table. */
  columns: readonly SilverColumn[];
}
