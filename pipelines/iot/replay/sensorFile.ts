import fs from 'node:fs';
import path from 'node:path';
import { DAY_MS } from '../../../core/interval';
import { measuresOf, type Measure } from './measures';
import { readTable } from './table';
import { shiftOf, timeReader } from './times';

/** A row of a sensor, with its time moved. */
export interface Sample {
  at_ms: number;
  sequence: number;
  values: Record<string, number | string>;
}

/** One file as one device. */
export interface SensorFile {
  file: string;
  samples: Sample[];
  left_out: string | null;
}

/** The contract takes rows of the last 30 days; sending them takes its time. */
const OLDEST_DAYS = 29;

/** @param file below `folder` */
export function readSensorFile(folder: string, file: string, start_ms: number): SensorFile {
  const { columns, rows } = readTable(fs.readFileSync(path.join(folder, file)));
  const timeOf = timeReader(columns);
  const measures = measuresOf(columns, path.parse(file).name);
  if (!timeOf || measures.length === 0)
    return nothing(file, `no ${timeOf ? 'measurement' : 'time'} among ${columns.slice(0, 8).join(', ')}`);
  const timed = rows
    .map((row, sequence) => ({ at_ms: timeOf(row), sequence, values: valuesOf(row, measures) }))
    .filter(({ at_ms, values }) => Number.isFinite(at_ms) && Object.keys(values).length > 0);
  const newest_ms = timed.reduce((newest, { at_ms }) => Math.max(newest, at_ms), -Infinity);
  if (timed.length === 0) return nothing(file, 'no row with a time and a number');
  const shift_ms = shiftOf(newest_ms, start_ms);
  const samples = timed
    .map((sample) => ({ ...sample, at_ms: sample.at_ms + shift_ms }))
    .filter(({ at_ms }) => at_ms > start_ms - OLDEST_DAYS * DAY_MS);
  return { file, samples, left_out: saidOf(rows.length, timed.length, samples.length) };
}

function nothing(file: string, left_out: string): SensorFile {
  return { file, samples: [], left_out };
}

function saidOf(rows: number, timed: number, sent: number): string | null {
  const parts = [
    [timed - sent, `rows more than ${OLDEST_DAYS} days before the newest ones`],
    [rows - timed, 'rows without a time or a number'],
  ] as const;
  const said = parts.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`);
  return said.length > 0 ? `left out ${said.join(', ')}` : null;
}

function valuesOf(row: readonly string[], measures: readonly Measure[]): Record<string, number | string> {
  const found = measures.flatMap(({ place, column, quantity }) => {
    const text = row[place] ?? '';
    const value = text === '' ? NaN : Number(text);
    if (!Number.isFinite(value)) return [];
    return [[column, value] as const, ...(quantity ? [['quantity', quantity] as const] : [])];
  });
  return Object.fromEntries(found);
}
