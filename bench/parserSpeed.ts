import path from 'node:path';
import { plainEnvironment } from '../stack/services/environment';
import { runToEnd } from '../stack/runToEnd';
import { detail, figure, type Figure } from './report';

const ROWS_PER_SECOND_AIM = 400_000;

interface ParserResult {
  rows: number;
  bytes: number;
  runs: number;
  seconds: number;
  rows_per_second: number;
}

/** Runs the parser's benchmark in a process of its own, so that nothing else shares its heap. */
export async function measureParser(): Promise<Figure> {
  const output = await runToEnd(process.execPath, [path.join(__dirname, 'parser.js')], plainEnvironment());
  const { rows, bytes, runs, seconds, rows_per_second } = JSON.parse(output) as ParserResult;
  return figure(
    'c',
    { name: 'parser', value: rows_per_second, unit: 'rows/s' },
    { at_least: ROWS_PER_SECOND_AIM },
    [
      detail('rows', rows, 'rows'),
      detail('size', bytes / 1e6, 'MB'),
      detail('one reading', seconds, 's'),
      detail('throughput', bytes / seconds / 1e6, 'MB/s'),
    ],
    [
      `median of ${runs} readings after a warm-up; UNIT_SCADA rows as published, every ` +
        'cell handed out; one core, no stack running',
    ],
  );
}
