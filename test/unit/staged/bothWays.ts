import { MockActivityEnvironment } from '@temporalio/testing';
import { collectRecords } from '../../../activities/ingest/fileBatches';
import { stageLandedFile } from '../../../activities/bulk/stageFiles';
import { StagedObjects } from '../../../activities/bulk/stagedObjects';
import type { Landed } from '../../../activities/ingest/landing';
import type { KafkaRecord } from '../../../clients/kafka/kafka';
import { sha256Hex } from '../../../clients/s3/checksums';
import { CurrentsError } from '../../../core/errors';
import { createNemSource } from '../../../pipelines/nem/source/source';
import { readConfig } from '../../../settings/config';
import { memoryStore, type MemoryStore } from '../activities/memoryStore';
import type { SampleFile } from './sampleReports';

export const SOURCE = createNemSource(readConfig({}));
const INGESTED_AT = '2026-11-20T01:00:35.123Z';
const FOLDER = 'staged/nem/sample';

export type TopicRecord = KafkaRecord & { topic: string };

export function landedAs({ name, report, bytes }: SampleFile): Landed {
  const uri = `s3://test/landing/nem/${report}/${name}`;
  return { name, report, bytes, sha256: sha256Hex(bytes), ingested_at: INGESTED_AT, uri };
}

/** The Kafka records of the files; one that is not trusted has none here. */
export async function liveRecords(files: readonly SampleFile[]): Promise<TopicRecord[]> {
  const found: TopicRecord[] = [];
  for (const file of files) {
    const batches = await collectRecords(SOURCE, landedAs(file)).catch((error: unknown) => {
      if (error instanceof CurrentsError && error.kind === 'data') return { topics: [] };
      throw error;
    });
    for (const { topic, records } of batches.topics)
      found.push(...records.map((record) => ({ topic, ...record })));
  }
  return found;
}

/** Stages the files together and gives the objects by name. */
export async function staged(
  files: readonly SampleFile[],
  limits?: { rows: number; extraBytes: number },
): Promise<Map<string, Buffer>> {
  const store: MemoryStore = memoryStore();
  const objects = new StagedObjects(store, FOLDER, { uri: 's3://test/landing/x', sha256: 'x' }, limits);
  await new MockActivityEnvironment().run(async () => {
    for (const file of files)
      await stageLandedFile(SOURCE, objects, landedAs(file), new AbortController().signal);
  });
  const written = await objects.close();
  return new Map(
    written.map(({ uri }) => [uri.split('/').at(-1)!, store.objects.get(uri.replace('s3://test/', ''))!]),
  );
}
