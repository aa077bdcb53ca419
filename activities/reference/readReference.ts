import type { GivenFile, ReferenceFile } from '../../core/reference';
import type { Source } from '../../core/source';
import type { ObjectStore } from '../../clients/s3/objectStore';

export interface ReadReferenceDeps {
  store: ObjectStore;
  sourceOf(pipeline: string): Source;
  signal(): AbortSignal;
}

export interface ReadReferenceInput {
  pipeline: string;
  /** Files in S3; if empty, the pipeline fetches its source's own tables. */
  files: ReferenceFile[];
}

export interface ReadReferenceResult {
  /** Rows of each table that was read, by its name in the definition. */
  tables: Record<string, { uri: string; rows: number }>;
  sourceName: string;
  /** The first of them, since a workflow result must be small; all are at `problemsUri`, one a line. */
  problems: string[];
  problemCount: number;
  problemsUri?: string;
}

const PROBLEMS_SHOWN = 50;

export function createReadReference(deps: ReadReferenceDeps) {
  return {
    /**
     * Reads reference files into rows in S3 (one JSON object a line). Called again it stores the same rows in
     * other objects, which nothing but its own result refers to.
     */
    async readReference({ pipeline, files }: ReadReferenceInput): Promise<ReadReferenceResult> {
      const given = await Promise.all(files.map((file) => fetched(deps.store, file)));
      const read = await deps.sourceOf(pipeline).readReference(given, deps.signal());
      const stored = (name: string, rows: readonly unknown[]) => store(deps.store, pipeline, name, rows);
      const tables: ReadReferenceResult['tables'] = {};
      for (const [name, rows] of Object.entries(read.tables))
        if (rows.length > 0) tables[name] = { uri: await stored(name, rows), rows: rows.length };
      return {
        tables,
        sourceName: read.sourceName,
        problems: read.problems.slice(0, PROBLEMS_SHOWN),
        problemCount: read.problems.length,
        problemsUri:
          read.problems.length > PROBLEMS_SHOWN ? await stored('problems', read.problems) : undefined,
      };
    },
  };
}

async function fetched(store: ObjectStore, file: ReferenceFile): Promise<GivenFile> {
  const { kind, name, encoding } = file;
  return { kind, name, encoding, bytes: await store.getUri(file.uri) };
}

async function store(
  objects: ObjectStore,
  pipeline: string,
  name: string,
  rows: readonly unknown[],
): Promise<string> {
  const key = `metadata/${pipeline}/${name}-${Date.now()}.ndjson`;
  await objects.put(key, rows.map((row) => JSON.stringify(row)).join('\n'));
  return objects.uri(key);
}
