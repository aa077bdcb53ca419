import { Column, copied, FIRST_ROWS, type JsonValue } from './column';

export class DoubleColumn extends Column {
  private values = new Float64Array(FIRST_ROWS);

  /** Minus zero becomes zero: JSON has none, and live and bulk rows are equal. */
  set(row: number, value: number): void {
    this.mark(row);
    this.values[row] = value + 0;
  }

  data(rows: number): Float64Array {
    this.reach(rows - 1);
    return this.values.slice(0, rows);
  }

  protected read(row: number): JsonValue {
    return this.values[row]!;
  }

  protected resize(rows: number): void {
    this.values = copied(new Float64Array(rows), this.values);
  }
}

export class IntColumn extends Column {
  private values = new Int32Array(FIRST_ROWS);

  set(row: number, value: number): void {
    this.mark(row);
    this.values[row] = value;
  }

  data(rows: number): Int32Array {
    this.reach(rows - 1);
    return this.values.slice(0, rows);
  }

  protected read(row: number): JsonValue {
    return this.values[row]!;
  }

  protected resize(rows: number): void {
    this.values = copied(new Int32Array(rows), this.values);
  }
}

export class BigintColumn extends Column {
  private values = new BigInt64Array(FIRST_ROWS);

  set(row: number, value: bigint): void {
    this.mark(row);
    this.values[row] = value;
  }

  data(rows: number): BigInt64Array {
    this.reach(rows - 1);
    return this.values.slice(0, rows);
  }

  protected read(row: number): JsonValue {
    return this.values[row]!;
  }

  protected resize(rows: number): void {
    this.values = copied(new BigInt64Array(rows), this.values);
  }
}

export class BooleanColumn extends Column {
  private values = new Uint8Array(FIRST_ROWS);

  set(row: number, value: boolean): void {
    this.mark(row);
    this.values[row] = value ? 1 : 0;
  }

  /** One bit a row, the lowest first. */
  data(rows: number): Uint8Array {
    this.reach(rows - 1);
    const bits = new Uint8Array((rows + 7) >> 3);
    for (let row = 0; row < rows; row += 1) bits[row >> 3]! |= this.values[row]! << (row & 7);
    return bits;
  }

  protected read(row: number): JsonValue {
    return this.values[row] === 1;
  }

  protected resize(rows: number): void {
    this.values = copied(new Uint8Array(rows), this.values);
  }
}
