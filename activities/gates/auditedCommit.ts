import type { AuditInput } from '../../core/steps';
import type { NessieClient } from '../../nessie/client';
import type { Content } from '../../nessie/model';

/** What the catalog has at the audited commit, and at the commit that the run began with. */
export interface AuditedCommit {
  contents: ReadonlyMap<string, Content>;
  /** Empty where the run names no commit. */
  before: ReadonlyMap<string, Content>;
  /** Tables that differ, as `schema.table`; undefined where the run names no commit. */
  changed?: string[];
}

/** Two calls to the catalog, which say what a run changed without a look at any row. */
export async function auditedCommit(
  nessie: NessieClient,
  { slot, hash, branch, baseHash }: AuditInput,
): Promise<AuditedCommit> {
  const [contents, before] = await Promise.all([
    nessie.listContents({ name: slot, hash }),
    baseHash === undefined
      ? new Map<string, Content>()
      : nessie.listContents({ name: branch, hash: baseHash }),
  ]);
  return {
    contents,
    before,
    ...(baseHash === undefined ? {} : { changed: changedTables(before, contents) }),
  };
}

/** Every commit to a table writes a metadata file, so that tables with the same file have the same rows. */
export function changedTables(
  before: ReadonlyMap<string, Content>,
  after: ReadonlyMap<string, Content>,
): string[] {
  const isSame = (name: string): boolean =>
    before.get(name)?.type === after.get(name)?.type &&
    before.get(name)?.metadataLocation === after.get(name)?.metadataLocation;
  return [...new Set([...before.keys(), ...after.keys()])].filter((name) => !isSame(name));
}
