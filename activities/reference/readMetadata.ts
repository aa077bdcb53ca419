import type { MetadataFile, Source } from '../../core/source';
import type { ObjectStore } from '../../clients/s3/objectStore';

export interface ReadMetadataDeps {
  store: ObjectStore;
  sourceOf(pipeline: string): Source;
  signal(): AbortSignal;
}

export interface ReadMetadataInput {
  pipeline: string;
  /** Files in S3; if empty, the pipeline fetches its source's own tables. */
  files: MetadataFile[];
}

export interface ReadMetadataResult {
  unitsUri?: string;
  regionsUri?: string;
  interconnectorsUri?: string;
  limitsUri?: string;
  sourceName: string;
  units: number;
  regions: number;
  interconnectors: number;
  limits: number;
  /** The first of them, since a workflow result must be small; all are at `problemsUri`, one a line. */
  problems: string[];
  problemCount: number;
  problemsUri?: string;
}

const PROBLEMS_SHOWN = 50;

export function createReadMetadata(deps: ReadMetadataDeps) {
  return {
    /**
     * Reads reference files into rows in S3 (one JSON object a line); the same files give the same objects.
     */
    async readMetadata(input: ReadMetadataInput): Promise<ReadMetadataResult> {
      const files = await Promise.all(input.files.map((file) => fetched(deps.store, file)));
      const read = await deps.sourceOf(input.pipeline).readMetadata(files, deps.signal());
      const stored = (name: string, rows: unknown[] | null) => store(deps.store, input.pipeline, name, rows);
      return {
        unitsUri: await stored('units', read.units),
        regionsUri: await stored('regions', read.regions),
        interconnectorsUri: await stored('interconnectors', read.interconnectors),
        limitsUri: await stored('limits', read.limits),
        sourceName: read.sourceName,
        units: read.units?.length ?? 0,
        regions: read.regions?.length ?? 0,
        interconnectors: read.interconnectors?.length ?? 0,
        limits: read.limits?.length ?? 0,
        problems: read.problems.slice(0, PROBLEMS_SHOWN),
        problemCount: read.problems.length,
        problemsUri:
          read.problems.length > PROBLEMS_SHOWN ? await stored('problems', read.problems) : undefined,
      };
    },
  };
}

async function fetched(
  store: ObjectStore,
  file: MetadataFile,
): Promise<Omit<MetadataFile, 'uri'> & { bytes: Buffer }> {
  const { kind, name, encoding } = file;
  return { kind, name, encoding, bytes: await store.getUri(file.uri) };
}

async function store(
  objects: ObjectStore,
  pipeline: string,
  name: string,
  rows: unknown[] | null,
): Promise<string | undefined> {
  if (!rows) return undefined;
  const key = `metadata/${pipeline}/${name}-${Date.now()}.ndjson`;
  await objects.put(key, rows.map((row) => JSON.stringify(row)).join('\n'));
  return objects.uri(key);
}
