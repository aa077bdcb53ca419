import { Column, copied, FIRST_ROWS, type JsonValue } from './column';

const HALF = 2 ** 32;

/**
 * Times as microseconds since 1970, of UTC or of the pipeline's clock: Iceberg's vectorized reader takes
 * milliseconds for microseconds without an error. Kept as two halves of 32 bits, low first, since one BigInt
 * a value costs more than all else that is done to a row.
 */
export class TimeColumn extends Column {
  private halves = new Int32Array(2 * FIRST_ROWS);

  set(row: number, instant_ms: number): void {
    this.mark(row);
    const instant_us = instant_ms * 1000;
    const high = Math.floor(instant_us / HALF);
    this.halves[2 * row] = instant_us - high * HALF;
    this.halves[2 * row + 1] = high;
  }

  data(rows: number): BigInt64Array {
    this.reach(rows - 1);
    return new BigInt64Array(this.halves.slice(0, 2 * rows).buffer);
  }

  /** ISO 8601, with Z for UTC only, and with a fraction where there is one. */
  protected read(row: number): JsonValue {
    const instant_us = this.halves[2 * row + 1]! * HALF + (this.halves[2 * row]! >>> 0);
    const text = new Date(instant_us / 1000).toISOString();
    const seconds = text.endsWith('.000Z') ? text.slice(0, -5) : text.slice(0, -1);
    return this.column.type === 'timestamp' ? `${seconds}Z` : seconds;
  }

  protected resize(rows: number): void {
    this.halves = copied(new Int32Array(2 * rows), this.halves);
  }
}
