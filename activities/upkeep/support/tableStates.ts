import { LakeContentUnknownError } from '../errors';
import type { NessieClient } from '../../../nessie/client';
import { commitAt, type Content, type Reference } from '../../../nessie/model';

/** Metadata files, each once, of every state in which a branch or tag shows a table or a view. */
export interface TableStates {
  tables: string[];
  views: string[];
}

const FILELESS = ['NAMESPACE', 'UDF'];

/**
 * Reads commits by their hashes, so that references may move or be deleted meanwhile.
 *
 * @throws LakeContentUnknownError at content other than Iceberg's: its files would look unreferenced
 */
export async function findTableStates(nessie: NessieClient, references: Reference[]): Promise<TableStates> {
  const [tables, views] = [new Set<string>(), new Set<string>()];
  for (const hash of new Set(references.map((reference) => reference.hash))) {
    for (const [key, content] of await nessie.listContents(commitAt(hash))) {
      if (FILELESS.includes(content.type)) continue;
      const { metadataLocation } = content;
      const states = statesOf(content, { tables, views });
      if (states === undefined || metadataLocation === undefined)
        throw new LakeContentUnknownError(key, content.type, hash);
      states.add(metadataLocation);
    }
  }
  return { tables: [...tables], views: [...views] };
}

function statesOf(
  { type }: Content,
  { tables, views }: { tables: Set<string>; views: Set<string> },
): Set<string> | undefined {
  return type === 'ICEBERG_TABLE' ? tables : type === 'ICEBERG_VIEW' ? views : undefined;
}
