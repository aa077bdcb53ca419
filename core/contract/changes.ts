import { columnChanges } from './columnChanges';
import type { StreamContract } from './contract';
import { changed, maximumChange, textOf, type Difference } from './differences';

/** One difference between two states of the contracts of a pipeline. */
export interface ContractChange extends Difference {
  topic: string;
  /** Null: of the whole stream. */
  column: string | null;
}

/** What changed from one state to the next: streams by topic, and columns in the order of the table. */
export function contractChanges(
  before: readonly StreamContract[],
  after: readonly StreamContract[],
): ContractChange[] {
  return pairs(before, after, ({ topic }) => topic).flatMap(([topic, was, is]) => [
    ...streamChanges(was, is).map((difference) => ({ topic, column: null, ...difference })),
    ...(was && is ? changesOfColumns(topic, was, is) : []),
  ]);
}

function changesOfColumns(topic: string, was: StreamContract, is: StreamContract): ContractChange[] {
  return pairs(was.columns, is.columns, ({ name }) => name).flatMap(([column, old, now]) =>
    columnChanges(old, now).map((difference) => ({ topic, column, ...difference })),
  );
}

/** Rules of what a record is known by, and where it goes: otherwise the same records make other rows. */
const STREAM_PARTS = {
  bronze: 'table_changed',
  sourceTables: 'source_tables_changed',
  timeColumn: 'time_column_changed',
  timeMeans: 'time_meaning_changed',
  partitionColumn: 'partition_changed',
  period_ms: 'period_changed',
  identity: 'identity_changed',
  messageKey: 'message_key_changed',
  versionOrder: 'version_order_changed',
} as const;

function streamChanges(was: StreamContract | undefined, is: StreamContract | undefined): Difference[] {
  if (!is) return [{ rule: 'stream_removed', is_breaking: true, was: was?.bronze ?? null, is: null }];
  if (!was) return [{ rule: 'stream_added', is_breaking: false, was: null, is: is.bronze }];
  const parts = Object.entries(STREAM_PARTS) as [keyof typeof STREAM_PARTS, string][];
  return [
    ...parts.flatMap(([part, rule]) => changed(rule, textOf(was[part]), textOf(is[part]))),
    ...maximumChange('future_tolerance', was.futureTolerance_ms, is.futureTolerance_ms),
    ...maximumChange('past_tolerance', was.pastTolerance_ms, is.pastTolerance_ms),
  ];
}

/** Both states of each name: those of before in their order, then those that are new. */
function pairs<T>(
  before: readonly T[],
  after: readonly T[],
  nameOf: (item: T) => string,
): [name: string, was: T | undefined, is: T | undefined][] {
  const [old, now] = [before, after].map((items) => new Map(items.map((item) => [nameOf(item), item])));
  const names = [...new Set([...old!.keys(), ...now!.keys()])];
  return names.map((name) => [name, old!.get(name), now!.get(name)]);
}
