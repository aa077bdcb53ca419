import type { NessieClient } from './client';
import type { At, Change, Content } from './model';

/** One table that differs between two references; side `null` where it does not exist. */
export interface TableDifference {
  table: string;
  /** `replaced`: dropped and recreated under the same name, so its history starts again. */
  change: 'added' | 'removed' | 'changed' | 'replaced';
  from: TableState | null;
  to: TableState | null;
}

export interface TableState {
  content_id: string;
  metadata_location: string | null;
}

/** Tables that differ, by name. Row counts and schemas are read from Trino by the caller. */
export async function branchDiff(client: NessieClient, from: At, to: At): Promise<TableDifference[]> {
  return tableDifferences(await client.diff(from, to));
}

export function tableDifferences(diff: Change[]): TableDifference[] {
  return diff
    .filter((change) => (change.to ?? change.from)?.type === 'ICEBERG_TABLE')
    .map((change) => ({
      table: change.key,
      change: kindOf(change),
      from: stateOf(change.from),
      to: stateOf(change.to),
    }))
    .sort((a, b) => a.table.localeCompare(b.table));
}

function kindOf(change: Change): TableDifference['change'] {
  if (change.from === null) return 'added';
  if (change.to === null) return 'removed';
  return change.from.id === change.to.id ? 'changed' : 'replaced';
}

function stateOf(content: Content | null): TableState | null {
  if (content === null) return null;
  return { content_id: content.id ?? '', metadata_location: content.metadataLocation ?? null };
}
