import { gunzipSync } from 'node:zlib';
import { deadLetterTopic } from '../../../core/pipeline';
import { CONTRACTS } from '../../../pipelines/nem/contracts/contracts';
import { liveRecords, staged, type TopicRecord } from './bothWays';
import { liveRow } from './liveRows';
import { parquetRows } from './parquetRows';
import type { SampleFile } from './sampleReports';

const TOPICS = CONTRACTS.map(({ topic }) => topic);

/** Stages and reads the files, compares row by row and column by column, and gives the number of rows. */
export async function expectEqual(
  files: readonly SampleFile[],
  limits?: Parameters<typeof staged>[1],
): Promise<number> {
  const [objects, records] = [await staged(files, limits), await liveRecords(files)];
  let compared = 0;
  for (const topic of TOPICS) {
    const live = records.filter((record) => record.topic === topic);
    const rows = [...objects]
      .filter(([name]) => name.startsWith(`${topic}-`))
      .flatMap(([, body]) => parquetRows(body));
    const columns = Object.keys(rows[0] ?? {});
    // As texts: comparing 100,000 objects takes a minute.
    expect(rows.map((row) => JSON.stringify(row))).toEqual(
      live.map((record) => JSON.stringify(liveRow(record, columns))),
    );
    expect(rejectedIn(objects, topic)).toEqual(
      records.filter((record) => record.topic === deadLetterTopic(topic)).map(withoutKey),
    );
    compared += live.length;
  }
  return compared;
}

function withoutKey({ value, headers }: TopicRecord): object {
  return { value, headers };
}

/** Dead letters of rows; those of whole files are made in the activity, once for both ways. */
function rejectedIn(objects: Map<string, Buffer>, topic: string): unknown[] {
  return [...objects]
    .filter(([name]) => name.startsWith(`${deadLetterTopic(topic)}-`))
    .flatMap(([, body]) => gunzipSync(body).toString().trim().split('\n'))
    .map((line) => JSON.parse(line) as { headers: Record<string, string> })
    .filter(({ headers }) => headers['currents.stage'] === 'contract');
}
