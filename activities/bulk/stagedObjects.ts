import { setImmediate } from 'node:timers/promises';
import type { LakeColumn } from '../../core/columns/lakeColumn';
import { RowTable, type RowMark } from '../../core/columns/rowTable';
import type { StagedObject } from '../../core/steps';
import { parquetObject } from '../../clients/parquet/parquetObject';
import type { ObjectStore } from '../../clients/s3/objectStore';
import { StagedLines } from './stagedLines';

/**
 * When a table is written: a packed day of telemetry has 150,000 rows. Columns outside the contract are
 * texts, and may be far larger than the others.
 */
const OBJECT_LIMITS = { rows: 250_000, extraBytes: 16 << 20 };

/**
 * Stages rows of landed files in S3: typed rows as Parquet, dead letters as gzipped lines, one topic in an
 * object. Rows of a file count once it is kept, so that an untrusted file leaves none. An object is put in
 * one request, and so never half written; a repeat writes the same keys and bytes.
 */
export class StagedObjects {
  private readonly tables = new Map<string, RowTable>();
  /** How much of each table is of kept files. */
  private readonly kept = new Map<RowTable, RowMark>();
  private readonly parts = new Map<string, number>();
  private readonly written: StagedObject[] = [];
  private readonly lines = new StagedLines((topic, body, records) =>
    this.put(topic, 'ndjson.gz', body, records),
  );

  /** @param folder key prefix of its own for this file: a repeat writes the same keys. */
  constructor(
    private readonly store: ObjectStore,
    private readonly folder: string,
    private readonly landed: { uri: string; sha256: string },
    private readonly limits = OBJECT_LIMITS,
  ) {}

  /** The table that takes a topic's rows. */
  tableOf(topic: string, columns: readonly LakeColumn[]): RowTable {
    const found = this.tables.get(topic);
    if (found) return found;
    const table = new RowTable(topic, columns);
    this.tables.set(topic, table);
    this.kept.set(table, table.mark());
    return table;
  }

  async addLine(topic: string, line: string): Promise<void> {
    await this.lines.add(topic, line);
  }

  /** Keeps the rows since the last call, and writes tables that are large enough. */
  async keep(): Promise<void> {
    for (const table of this.tables.values()) {
      if (this.isFull(table)) await this.write(table);
      this.kept.set(table, table.mark());
    }
    // Reading and packing never wait for anything: heartbeats and cancellation get their turn here.
    await setImmediate();
  }

  /** Forgets the rows since the last `keep`. */
  drop(): void {
    for (const [table, mark] of this.kept) table.cutTo(mark);
  }

  async close(): Promise<StagedObject[]> {
    for (const table of this.tables.values()) if (table.rows > 0) await this.write(table);
    await this.lines.close();
    return this.written;
  }

  private isFull({ rows, extra }: RowTable): boolean {
    return rows >= this.limits.rows || extra.size >= this.limits.extraBytes;
  }

  private async write(table: RowTable): Promise<void> {
    await this.put(table.topic, 'parquet', parquetObject(table), table.rows);
    table.clear();
  }

  private async put(topic: string, form: string, body: Buffer, records: number): Promise<void> {
    const part = (this.parts.get(topic) ?? 0) + 1;
    this.parts.set(topic, part);
    const key = `${this.folder}/${topic}-${part}.${form}`;
    await this.store.put(key, body);
    const { uri: object_uri, sha256: checksum } = this.landed;
    this.written.push({ uri: this.store.uri(key), topic, records, bytes: body.length, object_uri, checksum });
  }
}
