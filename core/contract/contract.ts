/** Types of the lake's columns, as Spark names them. */
export const PHYSICAL_TYPES = [
  'double',
  'int',
  'bigint',
  'string',
  'boolean',
  'timestamp',
  'timestamp_ntz',
] as const;
export type PhysicalType = (typeof PHYSICAL_TYPES)[number];

/** Values that a column may have. `error`: a row with another is rejected; `warning`: it is reported. */
export interface AllowedValues {
  values: readonly string[];
  severity: 'error' | 'warning';
}

/** One typed column of a stream. */
export interface StreamColumn {
  /** In the lake. */
  name: string;
  /** As the source names it. */
  sourceColumn: string;
  physicalType: PhysicalType;
  unit: string | null;
  /** A row must have a value in it. */
  required: boolean;
  /** Files may leave the whole column out. */
  mayBeAbsent: boolean;
  /** Place among the columns that identify a row, from 1. */
  keyPosition: number | null;
  allowed: AllowedValues | null;
  /** Least and greatest possible value of a number; a row with another is rejected. */
  minimum: number | null;
  maximum: number | null;
  description: string;
  /** Number of its field in Protobuf, which it keeps for good; null: the contract gives none. */
  fieldNumber: number | null;
}

/**
 * What is agreed about one stream: one topic, one bronze table, and the typed columns of both. Read from
 * `contracts/<stream>.yaml`; the parser, the engine, the pipeline's definition and the documents follow it.
 */
export interface StreamContract {
  id: string;
  /** For people. */
  title: string;
  purpose: string;
  /** What one row stands for. */
  grain: string;
  /** The first number of the contract's version. */
  majorVersion: number;
  topic: string;
  /** `schema.table`. */
  bronze: string;
  /** Tables of the source's files, `<report>.<subtype>` of any version, whose rows go to the topic. */
  sourceTables: readonly string[];
  /** In the order of the bronze table: the time, the other keys, then the rest. */
  columns: readonly StreamColumn[];
  timeColumn: StreamColumn;
  /** `intervalEnd`: the end of the period that a row covers; `event`: an instant. */
  timeMeans: 'intervalEnd' | 'event';
  /** Date column of the bronze table: the day of its time on the pipeline's clock. */
  partitionColumn: string;
  period_ms: number;
  /** When two records are one: by file, checksum and line, by Kafka's coordinates, or by columns. */
  identity: 'fileLine' | 'offset' | readonly string[];
  /** Column that keys the messages; null: the time. */
  messageKey: StreamColumn | null;
  /** Columns that decide between versions of a row, the first one first; the greatest value wins. */
  versionOrder: readonly string[];
  /**
   * How far a row's time may lie after its file, or its record, was made; null: as far as it likes, as
   * forecasts do.
   */
  futureTolerance_ms: number | null;
  /** How far it may lie before its record was made; null: as far as it likes. For topics of JSON messages. */
  pastTolerance_ms: number | null;
  /** Known columns of the source that are kept as text, without a type of their own. */
  carriedColumns: readonly string[];
  /** The table under which a run accounts for the stream's records. */
  countedAs: string;
  /** Whether its rows count in what a run reports as touched. */
  isTouching: boolean;
}

/** Columns that identify a row, in the order of their places. */
export function keyColumns({ columns }: Pick<StreamContract, 'columns'>): StreamColumn[] {
  return columns
    .filter(({ keyPosition }) => keyPosition !== null)
    .sort((a, b) => a.keyPosition! - b.keyPosition!);
}
