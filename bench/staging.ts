import { landedMembers } from '../activities/ingest/landedMembers';
import type { Landed } from '../activities/ingest/landing';
import { StagedObjects } from '../activities/bulk/stagedObjects';
import { sha256Hex } from '../clients/s3/checksums';
import type { ObjectStore } from '../clients/s3/objectStore';
import type { Source } from '../core/source';
import { archiveFiles } from '../pipelines/nem/demo/archive';
import { publishPlan } from '../pipelines/nem/demo/plan';
import { fileNameOf } from '../pipelines/nem/demo/siteFile';
import { createNemSource } from '../pipelines/nem/source/source';
import { readConfig } from '../settings/config';

/**
 * Measures staging of one packed day of UNIT_SCADA: unzip, checksums, parse, check, type and write Parquet to
 * memory. Prints one JSON object of medians after warm-up; processor time counts, of all threads.
 */
const RUNS = 7;
const WARM_UPS = 3;
const DAY = '2026-10-01';

interface Run {
  rows: number;
  cpu_s: number;
  wall_s: number;
  bytes: number;
}

function packedDay(): Landed {
  const plan = publishPlan({ fromNem: `${DAY} 00:00`, intervals: 288, oddities: [] });
  const file = archiveFiles(plan).find(({ path }) => path.includes('DISPATCHSCADA'))!;
  const { bytes } = file;
  const ingested_at = new Date(0).toISOString();
  return {
    name: fileNameOf(file),
    report: 'DISPATCHSCADA',
    bytes,
    sha256: sha256Hex(bytes),
    ingested_at,
    uri: '',
  };
}

async function stageOnce(source: Source, landed: Landed): Promise<Run> {
  let bytes = 0;
  const store = {
    put: async (_: string, body: Buffer) => void (bytes += body.length),
    uri: (key: string) => key,
  } as unknown as ObjectStore;
  const [cpu, started_ms] = [process.cpuUsage(), performance.now()];
  const objects = new StagedObjects(store, 'bench', landed);
  for await (const file of landedMembers(source, landed)) {
    await source.readRows(file, {
      tableOf: (topic, columns) => objects.tableOf(topic, columns),
      reject: ({ message }) => {
        throw new Error(`expected no dead letter, found ${message}`);
      },
      drain: () => objects.keep(),
    });
    await objects.keep();
  }
  const written = await objects.close();
  const { user, system } = process.cpuUsage(cpu);
  const rows = written.reduce((sum, { records }) => sum + records, 0);
  return { rows, cpu_s: (user + system) / 1e6, wall_s: (performance.now() - started_ms) / 1000, bytes };
}

async function main(): Promise<void> {
  const [source, landed] = [createNemSource(readConfig({})), packedDay()];
  for (let run = 0; run < WARM_UPS; run += 1) await stageOnce(source, landed);
  const runs: Run[] = [];
  for (let run = 0; run < RUNS; run += 1) runs.push(await stageOnce(source, landed));
  const { rows, cpu_s, wall_s, bytes } = runs.sort((a, b) => a.cpu_s - b.cpu_s)[Math.floor(RUNS / 2)]!;
  const result = {
    rows,
    runs: RUNS,
    cpu_s,
    wall_s,
    zip_bytes: landed.bytes.length,
    parquet_bytes: bytes,
    peak_bytes: process.resourceUsage().maxRSS * 1024,
    rows_per_second: Math.round(rows / cpu_s),
  };
  process.stdout.write(`${JSON.stringify(result)}\n`);
}

void main();
