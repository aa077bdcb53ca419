import type { GateResultRow } from '../../core/gates/resultRows';
import type { TrinoClient } from '../../trino/client';
import type { ObjectStore } from '../../clients/s3/objectStore';
import { insertGateResults } from './gateResultTable';

/** Copies the kept rows of an audit into the pipeline's `gate_results` in a catalog. */
export class GateRows {
  constructor(
    private readonly store: ObjectStore,
    private readonly trino: TrinoClient,
  ) {}

  /**
   * One statement, one commit; not repeatable by itself, so the caller checks whether the branch has moved.
   */
  async insert(catalog: string, pipeline: string, rowsUris: string[]): Promise<void> {
    const documents = await Promise.all(
      rowsUris.map((uri) => this.store.get(uri.replace(`s3://${this.store.bucket}/`, ''))),
    );
    const lines = documents.flatMap((document) => document.toString('utf8').split('\n')).filter(Boolean);
    await insertGateResults(
      this.trino,
      catalog,
      pipeline,
      lines.map((line) => JSON.parse(line) as GateResultRow),
    );
  }
}
