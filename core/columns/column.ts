import type { LakeColumn } from './lakeColumn';

/** A value as JSON carries it; a bigint is written as a whole number. */
export type JsonValue = number | bigint | string | boolean;

/** Rows a column has room for before it first grows. */
export const FIRST_ROWS = 1024;

/**
 * Values of one column in a growing typed array: no object per row. A row that is not set is null. Rows may
 * be set again, so that the next row overwrites a rejected one.
 */
export abstract class Column {
  private flags = new Uint8Array(FIRST_ROWS);
  /** Rows that were ever set: clearing all the room again and again would cost as much as reading. */
  private used = 0;

  constructor(readonly column: LakeColumn) {}

  setNull(row: number): void {
    this.reach(row);
    this.flags[row] = 0;
  }

  isNull(row: number): boolean {
    return this.flags[row] !== 1;
  }

  /** Forgets the values from this row on. */
  cut(rows: number): void {
    if (rows < this.used) this.flags.fill(0, rows, this.used);
    this.used = Math.min(this.used, rows);
  }

  /** Forgets all values and what was kept for them. */
  clear(): void {
    this.cut(0);
  }

  /** The value as a message carries it, undefined for null. */
  valueAt(row: number): JsonValue | undefined {
    return this.isNull(row) ? undefined : this.read(row);
  }

  /** One bit a row, the lowest first, or undefined when none of the rows is null. */
  validity(rows: number): Uint8Array | undefined {
    this.reach(rows - 1);
    const { flags } = this;
    if (!flags.subarray(0, rows).includes(0)) return undefined;
    const bits = new Uint8Array((rows + 7) >> 3);
    for (let row = 0; row < rows; row += 1) bits[row >> 3]! |= flags[row]! << (row & 7);
    return bits;
  }

  /** Makes the row a value; the caller stores which. */
  protected mark(row: number): void {
    this.reach(row);
    this.flags[row] = 1;
    if (row >= this.used) this.used = row + 1;
  }

  /** Makes room for the row and all before it. */
  protected reach(row: number): void {
    if (row < this.flags.length) return;
    const capacity = Math.max(row + 1, this.flags.length * 2);
    this.flags = copied(new Uint8Array(capacity), this.flags);
    this.resize(capacity);
  }

  protected abstract read(row: number): JsonValue;
  /** Makes room for this many rows. */
  protected abstract resize(rows: number): void;
}

export function copied<T extends { set(from: T): void }>(to: T, from: T): T {
  to.set(from);
  return to;
}
