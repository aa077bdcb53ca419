import fs from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { sha256Hex } from '../../../clients/s3/checksums';
import { repositoryRoot } from '../../../settings/repositoryRoot';
import { liveRecords, staged } from './bothWays';
import { SAMPLE_FILES } from './sampleReports';

/**
 * `test/fixtures/staged` holds what staging and ingest make of the sample's files, for the tests of Spark.
 * `WRITE_SAMPLE=1` writes it again after a change that is meant.
 */
const FOLDER = path.join(repositoryRoot(), 'test', 'fixtures', 'staged');

async function sample(): Promise<Map<string, Buffer>> {
  const records = (await liveRecords(SAMPLE_FILES)).map((record) => JSON.stringify(record));
  return new Map([
    ...(await staged(SAMPLE_FILES)),
    ['records.jsonl', Buffer.from(`${records.join('\n')}\n`)],
  ]);
}

/** Packed by zlib, whose versions pack differently; what is inside must be the same. */
function content(name: string, body: Buffer): string {
  return sha256Hex(name.endsWith('.gz') ? gunzipSync(body) : body);
}

it('the sample for the tests of Spark is what staging and ingest write', async () => {
  const made = await sample();
  if (process.env['WRITE_SAMPLE'])
    for (const [name, body] of made) fs.writeFileSync(path.join(FOLDER, name), body);
  const kept = fs.readdirSync(FOLDER).filter((name) => name !== 'README.md');
  expect(kept.sort()).toEqual([...made.keys()].sort());
  for (const [name, body] of made)
    expect([name, content(name, fs.readFileSync(path.join(FOLDER, name)))]).toEqual([
      name,
      content(name, body),
    ]);
});
