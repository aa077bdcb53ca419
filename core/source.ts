import type { Demo } from './demo';
import { PipelineCannotError } from './errors';
import type { LakeColumn, RowOrigin } from './columns/lakeColumn';
import type { RowTable } from './columns/rowTable';
import type { Interval } from './interval';
import type { Notify } from './notifications';
import type { Producer } from './producer';
import type { GivenFile, ReadReference } from './reference';

/** One file a source lists. `url` is fetched as given; `published_bytes` detects a file replaced in place. */
export interface SourceFile {
  report: string;
  name: string;
  url: string;
  /** ISO instant (UTC) of the end of the interval its name states. */
  interval_end_at: string;
  published_bytes: number | null;
  /** The listing's time of the file, as text; changes when the source replaces the file. */
  published_at: string | null;
  /** A file every interval must have; others are taken if present. */
  required: boolean;
}

/** A file that packs the intervals of a day, a week or a month of one report. */
export interface ArchiveFile {
  /** Report whose intervals it fills. */
  report: string;
  name: string;
  url: string;
  kind: 'daily' | 'weekly' | 'monthly';
  /** ISO instants (UTC): it holds intervals that END in `(from, to]`. */
  from: string;
  to: string;
  /** Its entry in the listing; another size or time is another file. */
  published_bytes: number | null;
  published_at: string | null;
}

/** A published file from an archive: a member of a zip of zips, or the file itself for a monthly table. */
export interface ArchivedFile {
  name: string;
  report: string;
  bytes: Buffer;
}

/**
 * Where landing keeps a file. For an archive also the instant from which on its intervals END, and its form:
 * one table of many intervals, which is one file in the lake, or a pack of published files.
 */
export type FilePlace = Pick<SourceFile, 'report' | 'interval_end_at'> & {
  holds_from?: string;
  isOneTable?: boolean;
};

/** Files of a source for a range, and required files missing in the listing. */
export interface SourceListing {
  files: SourceFile[];
  missing: { report: string; interval_end_at: string }[];
}

/** One record read from a landed file, ready to publish. */
export type SourceRecord =
  { kind: 'row'; topic: string; key: string; value: string; line: number; origin: RowOrigin } | RejectedRow;

/** A row that breaks a rule: `value` is the line as received. */
export interface RejectedRow {
  kind: 'deadLetter';
  topic: string;
  key: string;
  value: string;
  reason: string;
  rule: string;
  message: string;
  line: number;
}

/** Where the bulk way puts the rows of files. */
export interface RowSink {
  /** The table that takes a topic's rows: the same one for the same topic. */
  tableOf(topic: string, columns: readonly LakeColumn[]): RowTable;
  reject(row: RejectedRow): void;
  /** Writes what fills memory. To be called only once the file that is being read has been verified. */
  drain(): Promise<void>;
}

export interface FileSummary {
  rows: Record<string, number>;
  deadLetters: Record<string, number>;
  /** Rows of tables the pipeline does not use: kept in landing, counted here. */
  unusedTables: Record<string, number>;
  addedColumns: string[];
  missingColumns: string[];
}

export interface LandedFile {
  name: string;
  report: string;
  bytes: Buffer;
  sha256: string;
  ingested_at: string;
}

/** Which files to list. */
export interface ListRequest {
  range: Interval;
  /** Also list files of this many milliseconds before the range: late and republished ones. */
  lookBack_ms: number;
  /**
   * Files published before this instant must be found, so an earlier listing is not enough; 0 takes a recent
   * one.
   */
  since_ms: number;
}

/** Lists and fetches the files that a source publishes. */
export interface ListingSource {
  /**
   * Files whose interval ends in `(start, end]`, and late or republished files of `lookBack_ms` before.
   * `missing` covers only the range. Rate-limited and cached.
   */
  listFiles(request: ListRequest, signal: AbortSignal): Promise<SourceListing>;
  fetchFile(file: Pick<SourceFile, 'name' | 'url'>, signal: AbortSignal): Promise<Buffer>;
}

/** Derives a file's place in landing from its name. */
export interface LandingSource {
  /** The place in landing of a published file or an archive, or null for a name that is not the source's. */
  placeOf(fileName: string): FilePlace | null;
}

/** Lists archives of older intervals and opens them. */
export interface ArchiveSource {
  /**
   * Archives that hold intervals of the range, without monthly ones for months that daily or weekly ones
   * cover.
   */
  listArchives(range: Interval, signal: AbortSignal): Promise<ArchiveFile[]>;
  /**
   * The published files of an archive, in sequence, so that memory holds one; for a published file the file
   * itself.
   *
   * @throws CurrentsError of kind `data` when the archive itself cannot be trusted.
   */
  openArchive(archive: { name: string; report: string; bytes: Buffer }): AsyncIterable<ArchivedFile>;
}

/** Reads the records of a landed file. */
export interface ReadingSource {
  /**
   * Reads a whole landed file before it yields the first record, so that an untrusted file yields none.
   *
   * @throws CurrentsError of kind `data` with a `reason` detail when the file cannot be trusted.
   */
  readRecords(file: LandedFile): Promise<{ records: Iterable<SourceRecord>; summary: FileSummary }>;
  /**
   * The bulk way of the same: reads the same rows and dead letters into a sink. When it throws, the sink must
   * forget what it got of this file.
   *
   * @throws CurrentsError as `readRecords` does.
   */
  readRows(file: LandedFile, sink: RowSink): Promise<void>;
  /** Topic whose dead-letter topic receives quarantined files of this report. */
  quarantineTopic(report: string): string;
}

/** Reads reference data. */
export interface ReferenceSource {
  /** Reads the reference files given, or fetches the source's own when there are none. */
  readReference(files: readonly GivenFile[], signal: AbortSignal): Promise<ReadReference>;
}

/** A pipeline's source. A pipeline implements the capabilities that it has (see `withCapabilities`). */
export type Source = ListingSource & LandingSource & ArchiveSource & ReadingSource & ReferenceSource;

/** What each method is for, as an error names it. */
const WISHES: Record<keyof Source, string> = {
  listFiles: 'list files of intervals',
  fetchFile: 'fetch files',
  placeOf: 'land files',
  listArchives: 'be filled from archives',
  openArchive: 'read archives',
  readRecords: 'read files',
  readRows: 'read files',
  quarantineTopic: 'read files',
  readReference: 'load reference data',
};

/** A source whose missing capabilities fail by name when called: no caller can forget to check first. */
export function withCapabilities(pipeline: string, source: Partial<Source>): Source {
  const missing = (Object.keys(WISHES) as (keyof Source)[]).filter((method) => source[method] === undefined);
  const throwing = missing.map((method) => [method, () => throwMissing(pipeline, method)]);
  return Object.assign(source, Object.fromEntries(throwing)) as Source;
}

function throwMissing(pipeline: string, method: keyof Source): never {
  throw new PipelineCannotError(pipeline, WISHES[method]);
}

/**
 * The code of a pipeline, beside its definition (`pipelines/<name>/code.ts`). All parts are optional: a
 * pipeline fed by topics needs none.
 */
export interface PipelineCode<Settings = never> {
  createSource?(settings: Settings): Partial<Source>;
  notify?: Notify;
  /** For each reference table that `readReference` reads from a file, the kind of the file. */
  referenceFiles?: Readonly<Record<string, string>>;
  /** Sends records of its own making to the pipeline's topics: for trials and load. */
  producer?: Producer;
  /** The whole system on a little data; read only where it is asked for. */
  demo?(): Promise<Demo>;
  /** File-based checkpoint of files that another program has seen. */
  checkpointPath?(settings: Settings): string | undefined;
}
