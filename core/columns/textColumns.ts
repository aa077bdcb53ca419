import { Column, copied, FIRST_ROWS, type JsonValue } from './column';

/** Texts of which few are distinct: a number for each row, and a list of the texts as they came. */
export class WordColumn extends Column {
  private readonly numbers = new Map<string, number>();
  readonly words: string[] = [];
  private values = new Int32Array(FIRST_ROWS);

  set(row: number, text: string): void {
    this.mark(row);
    this.values[row] = this.numbers.get(text) ?? this.add(text);
  }

  data(rows: number): Int32Array {
    this.reach(rows - 1);
    return this.values.slice(0, rows);
  }

  override clear(): void {
    super.clear();
    this.numbers.clear();
    this.words.length = 0;
  }

  /** A cell is a slice that would keep the whole piece of the file in memory; the copy does not. */
  private add(text: string): number {
    const word = Buffer.from(text).toString();
    this.numbers.set(word, this.words.length);
    return this.words.push(word) - 1;
  }

  protected read(row: number): JsonValue {
    return this.words[this.values[row]!]!;
  }

  protected resize(rows: number): void {
    this.values = copied(new Int32Array(rows), this.values);
  }
}

/** Texts that are mostly distinct, as UTF-8 one after the other. Rows are set in ascending order. */
export class TextColumn extends Column {
  private ends = new Int32Array(FIRST_ROWS);
  private bytes = Buffer.alloc(1 << 12);
  /** Rows whose end is known. */
  private ended = 0;

  set(row: number, text: string): void {
    this.mark(row);
    const start = this.endOf(row);
    this.makeRoom(start + text.length * 3);
    this.ends[row] = start + this.bytes.write(text, start);
    this.ended = row + 1;
  }

  /** Bytes of all texts so far. */
  get size(): number {
    return this.ended === 0 ? 0 : this.ends[this.ended - 1]!;
  }

  override cut(rows: number): void {
    super.cut(rows);
    this.ended = Math.min(this.ended, rows);
  }

  data(rows: number): { offsets: Int32Array; bytes: Uint8Array } {
    this.reach(rows - 1);
    const size = this.endOf(rows);
    const offsets = new Int32Array(rows + 1);
    offsets.set(this.ends.subarray(0, rows), 1);
    return { offsets, bytes: this.bytes.subarray(0, size) };
  }

  /** Where the row's text begins; rows without a text end where they begin. */
  private endOf(row: number): number {
    const size = this.size;
    if (this.ended < row) this.ends.fill(size, this.ended, row);
    else this.ended = row;
    return row === 0 ? 0 : this.ends[row - 1]!;
  }

  private makeRoom(bytes: number): void {
    if (bytes <= this.bytes.length) return;
    const larger = Buffer.alloc(Math.max(bytes, this.bytes.length * 2));
    this.bytes.copy(larger);
    this.bytes = larger;
  }

  protected read(row: number): JsonValue {
    return this.bytes.toString('utf8', row === 0 ? 0 : this.ends[row - 1], this.ends[row]);
  }

  protected resize(rows: number): void {
    this.ends = copied(new Int32Array(rows), this.ends);
  }
}
