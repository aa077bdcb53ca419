import { WorkflowIdConflictPolicy } from '@temporalio/client';
import fs from 'node:fs/promises';
import path from 'node:path';
import { ObjectStore } from '../../clients/s3/objectStore';
import { TASK_QUEUES } from '../../core/ids';
import { isoSeconds } from '../../core/interval';
import type { ReferenceFile, TextEncoding } from '../../core/reference';
import type {
  LoadReferenceResult,
  loadReference as loadReferenceWorkflow,
} from '../../workflows/loadReference';
import { UnreadableFileError } from './errors';
import { followed } from './progress';
import type { NamedFile } from './referenceFiles';
import type { Session } from './session';

export interface ReferenceLoad {
  pipeline: string;
  /** None: the pipeline fetches its source's own tables. */
  files: readonly NamedFile[];
  encoding?: TextEncoding;
  /** Reason for which it is merged although gates or dbt tests fail. */
  override?: string;
}

export interface Loaded {
  result: LoadReferenceResult;
  /** All of them, also those that the result is too small for. */
  problems: string[];
}

/** Uploads the files, runs the load and waits for its result. */
export async function loadReference(session: Session, load: ReferenceLoad): Promise<Loaded> {
  const store = ObjectStore.connect(session.config);
  const files: ReferenceFile[] = [];
  for (const named of load.files)
    files.push({ ...(await upload(store, load.pipeline, named)), encoding: load.encoding });
  const result = await run(session, load, files);
  const problems = result.problemsUri ? await problemsAt(store, result.problemsUri) : result.problems;
  store.close();
  return { result, problems };
}

async function run(
  { config, client }: Session,
  { pipeline, override }: ReferenceLoad,
  files: ReferenceFile[],
): Promise<LoadReferenceResult> {
  const handle = await client.workflow.start<typeof loadReferenceWorkflow>('loadReference', {
    workflowId: `metadata/${pipeline}/${isoSeconds(Date.now())}`,
    taskQueue: TASK_QUEUES.control,
    workflowIdConflictPolicy: WorkflowIdConflictPolicy.USE_EXISTING,
    args: [
      {
        pipeline,
        files,
        branch: config.NESSIE_BRANCH,
        ...(override === undefined ? {} : { override: { reason: override } }),
      },
    ],
    staticSummary: `${pipeline}: load reference data`,
  });
  return followed<LoadReferenceResult>(handle, 'metadata');
}

async function problemsAt(store: ObjectStore, uri: string): Promise<string[]> {
  const lines = (await store.getUri(uri)).toString('utf8').split('\n');
  return lines.map((line) => JSON.parse(line) as string);
}

async function upload(
  store: ObjectStore,
  pipeline: string,
  { kind, option, file }: NamedFile,
): Promise<ReferenceFile> {
  const bytes = await fs.readFile(file).catch((error: unknown) => {
    throw new UnreadableFileError(option, file, error);
  });
  await store.ensureBucket();
  const key = `metadata/${pipeline}/files/${Date.now()}-${path.basename(file)}`;
  await store.put(key, bytes);
  return { kind, name: path.basename(file), uri: store.uri(key) };
}
