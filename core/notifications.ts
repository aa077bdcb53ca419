import type { TimeRange } from './touched';

/** A merge into main that a pipeline may tell others of. */
export interface MergeNotice {
  pipeline: string;
  /** Catalog that shows the merged tables. */
  catalog: string;
  touched: readonly TimeRange[];
  mergeHash: string;
}

/** What notifications need of the outside. */
export interface NotifyPorts {
  query(sql: string): Promise<unknown[][]>;
  publish(topic: string, records: { key: string; value: string }[]): Promise<void>;
  /** JSON that an earlier notification kept under this name; null when none did. */
  recall(name: string): Promise<unknown>;
  keep(name: string, value: unknown): Promise<void>;
}

/**
 * Publishes what a merge changed and answers how many messages that were. A repeat publishes nothing new.
 */
export type Notify = (notice: MergeNotice, ports: NotifyPorts) => Promise<number>;
