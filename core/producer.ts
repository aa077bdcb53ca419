/** What a pipeline offers to send to its own topics: records of its making, for trials and load. */
export interface Producer {
  /** What the records may be like; the first is taken where none is named. */
  scenarios: readonly [string, ...string[]];
  /** Records without end, in the order of sending. The same request gives the same records. */
  records(request: ProduceRequest): Iterable<ProducedRecord>;
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
