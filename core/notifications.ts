import type { TimeRange } from './touched';

/** A merge into main that a pipeline may notify consumers of. */
export interface MergeNotice {
  pipeline: string;
  /** Catalog that shows the merged tables. */
  catalog: string;
  touched: readonly TimeRange[];
  mergeHash: string;
}

/** The clients that notifications need. */
export interface NotifyPorts {
  query(sql: string): Promise<unknown[][]>;
  publish(topic: string, records: { key: string; value: string }[]): Promise<void>;
  /** JSON that an earlier notification kept under this name, or null. */
  recall(name: string): Promise<unknown>;
  keep(name: string, value: unknown): Promise<void>;
}

/** Publishes what a merge changed and returns the number of messages. A repeat publishes nothing new. */
export type Notify = (notice: MergeNotice, ports: NotifyPorts) => Promise<number>;
