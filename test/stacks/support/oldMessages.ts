import fs from 'node:fs';
import { gunzipSync } from 'node:zlib';
import type { KafkaJsPort, KafkaRecord } from '../../../clients/kafka/kafka';
import type { LookalikeSite } from '../../../pipelines/nem/demo/site';
import { sha256Hex } from '../../../clients/s3/checksums';

/** Published files, and the messages that version 0.1.0 made of them. */
export interface OldMessages {
  files: { path: string; published_nem_ms: number; bytes: Buffer }[];
  topics: { topic: string; records: KafkaRecord[] }[];
}

/** Exclusive end of the old messages, by topic and partition. */
export type OldEnds = { topic: string; partition: number; end: number }[];

export function readOldMessages(file: string): OldMessages {
  const { files, topics } = JSON.parse(gunzipSync(fs.readFileSync(file)).toString('utf8')) as {
    files: { path: string; published_nem_ms: number; bytes: string }[];
    topics: OldMessages['topics'];
  };
  return { files: files.map((each) => ({ ...each, bytes: Buffer.from(each.bytes, 'base64') })), topics };
}

/**
 * Leaves Kafka as that version leaves it when it is stopped before a run: its messages are there and unread,
 * and the site still lists their files. Today's ingest then publishes the same rows once more, behind them.
 */
export async function publishOldMessages(
  kafka: KafkaJsPort,
  site: LookalikeSite,
  { files, topics }: OldMessages,
): Promise<OldEnds> {
  await kafka.publish(topics);
  for (const file of files) site.publish(file);
  const offsets = await kafka.offsets([...new Set(topics.map(({ topic }) => topic))]);
  return offsets.map(({ topic, partition, high }) => ({ topic, partition, end: high }));
}

/** SQL that counts the rows of a bronze table that come from the files: all, and those of old messages. */
export function oldRowsSql(table: string, topic: string, { files }: OldMessages, ends: OldEnds): string {
  const checksums = files.map(({ bytes }) => `'${sha256Hex(bytes)}'`).join(', ');
  const isOld = ends
    .filter((each) => each.topic === topic)
    .map(({ partition, end }) => `("partition" = ${partition} and "offset" < ${end})`);
  return (
    `select '${table}', count(*), count_if(${isOld.join(' or ')}) ` +
    `from ${table} where source_sha256 in (${checksums})`
  );
}
