import path from 'node:path';
import { plainEnvironment } from '../stack/services/environment';
import { runToEnd } from '../stack/runToEnd';
import { detail, figure, type Figure } from './report';

const ROWS_PER_SECOND_AIM = 300_000;

interface StagingResult {
  rows: number;
  runs: number;
  cpu_s: number;
  wall_s: number;
  zip_bytes: number;
  parquet_bytes: number;
  peak_bytes: number;
  rows_per_second: number;
}

/** Runs the benchmark of staging in a process of its own, so that nothing else shares its heap. */
export async function measureStaging(): Promise<Figure> {
  const output = await runToEnd(process.execPath, [path.join(__dirname, 'staging.js')], plainEnvironment());
  const result = JSON.parse(output) as StagingResult;
  return figure(
    'c',
    { name: 'staging, a core', value: result.rows_per_second, unit: 'rows/s' },
    { at_least: ROWS_PER_SECOND_AIM },
    [
      detail('rows of a packed day', result.rows, 'rows'),
      detail('processor time', result.cpu_s, 's'),
      detail('wall time', result.wall_s, 's'),
      detail('archive', result.zip_bytes / 1e6, 'MB'),
      detail('Parquet', result.parquet_bytes / 1e6, 'MB'),
      detail('peak memory of the process', result.peak_bytes / 1e6, 'MB'),
    ],
    [
      `median of ${result.runs} days after warm-up; unzip, checksums, parse, check, type, ` +
        'Parquet to memory; rows per second of processor time, of all threads',
    ],
  );
}
