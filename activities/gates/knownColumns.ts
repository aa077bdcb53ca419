import type { Content } from '../../nessie/model';
import type { AuditedCommit } from './auditedCommit';
import type { Ask } from './suiteRun';
import { columnsOf, type Columns } from './suiteTargets';

/** Some twenty tables change in a run. */
const MOST_KNOWN = 500;

/**
 * Columns of tables by the metadata file that the catalog names. The statement that asks for them opens every
 * table and comes before all others. A run rarely changes columns: a table that has the schema of the
 * run's first commit has its columns too. One per process.
 */
export class KnownColumns {
  private readonly byFile = new Map<string, Columns>();

  /** By `schema.table`, as `columnsOf`; only tables that are not known are asked for. */
  async of(
    catalog: string,
    tables: readonly string[],
    commit: Pick<AuditedCommit, 'contents' | 'before'>,
    ask: Ask,
  ): Promise<Map<string, Columns>> {
    const found = new Map<string, Columns>();
    for (const table of tables) {
      const columns = this.known(commit.contents.get(table), commit.before.get(table));
      if (columns) found.set(table, columns);
    }
    const unknown = tables.filter((table) => !found.has(table));
    for (const [table, columns] of await columnsOf(catalog, unknown, ask)) found.set(table, columns);
    for (const [table, columns] of found) this.keep(commit.contents.get(table), columns);
    return found;
  }

  /** Schemas are numbered for each table and branch, and the run's branch continues that of `before`. */
  private known(content: Content | undefined, before: Content | undefined): Columns | undefined {
    const own = this.byFile.get(content?.metadataLocation ?? '');
    if (own || !content || content.schemaId === undefined) return own;
    const isSame = before?.id === content.id && before?.schemaId === content.schemaId;
    return isSame ? this.byFile.get(before?.metadataLocation ?? '') : undefined;
  }

  private keep(content: Content | undefined, columns: Columns): void {
    if (content?.metadataLocation === undefined) return;
    this.byFile.delete(content.metadataLocation);
    this.byFile.set(content.metadataLocation, columns);
    const [oldest] = this.byFile.keys();
    if (this.byFile.size > MOST_KNOWN) this.byFile.delete(oldest!);
  }
}
