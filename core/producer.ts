/** What a pipeline offers to send to its own topics: records of its making, for trials and load. */
export interface Producer {
  /** What the records may be like; the first is taken where none is named. */
  scenarios: readonly [string, ...string[]];
  /** Records without end, in the order of sending. The same request gives the same records. */
  records(request: ProduceRequest): Iterable<ProducedRecord>;
  /** Records of real files of a folder, as though they were measured in the weeks before an instant. */
  replay?(folder: string, start_ms: number): Replay;
}

/** Real files as records, which end; `files` says what became of each. */
export interface Replay {
  records: Iterable<ProducedRecord>;
  files: readonly ReplayedFile[];
}

export interface ReplayedFile {
  file: string;
  /** Records that are made of it. */
  records: number;
  /** Rows that are not sent, or why nothing of the file is; null where all of it is sent. */
  left_out: string | null;
}

export interface ProduceRequest {
  scenario: string;
  seed: number;
  rate_per_second: number;
  /** Instant of the first record; the others follow at the rate. */
  start_ms: number;
}

export interface ProducedRecord {
  topic: string;
  key: string;
  value: string;
  headers: Record<string, string>;
  /** What the scenario made of it, such as `valid` or `late`. */
  kind: string;
  /** Reason of the dead letter that it must become; null for a record that the lake must take. */
  deadLetter: string | null;
}
