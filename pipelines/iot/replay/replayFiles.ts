import fs from 'node:fs';
import path from 'node:path';
import type { ProducedRecord, Replay } from '../../../core/producer';
import { readSensorFile, type Sample, type SensorFile } from './sensorFile';

const TOPIC = 'iot-telemetry';
const FILES = /\.(csv|txt)$/i;

/**
 * Each file with times and measurements is a device, named by its place in the folder. All devices send side
 * by side, in the order of their times.
 */
export function replayFiles(folder: string, start_ms: number): Replay {
  const files = fs
    .readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => FILES.test(file))
    .sort()
    .map((file) => readSensorFile(folder, file, start_ms));
  return {
    files: files.map(({ file, samples, left_out }) => ({ file, records: samples.length, left_out })),
    records: recordsOf(files),
  };
}

function* recordsOf(files: readonly SensorFile[]): Generator<ProducedRecord> {
  const all = files.flatMap(({ file, samples }) => samples.map((sample) => ({ file, sample })));
  all.sort((a, b) => a.sample.at_ms - b.sample.at_ms);
  for (const { file, sample } of all) yield recordOf(file, sample);
}

function recordOf(file: string, { at_ms, sequence, values }: Sample): ProducedRecord {
  const { dir, name } = path.parse(file);
  const device_id = path.join(dir, name).split(path.sep).join('-');
  const value = {
    device_id,
    device_type: 'quantity' in values ? 'other_sensor' : 'environment_sensor',
    building_id: dir.split(path.sep)[0] || 'replay',
    floor: 0,
    zone: name,
    event_at: new Date(at_ms).toISOString(),
    sequence,
    ...values,
    is_simulated: false,
  };
  const headers = { 'currents.replayed-from': file };
  return {
    topic: TOPIC,
    key: device_id,
    value: JSON.stringify(value),
    headers,
    kind: 'replayed',
    deadLetter: null,
  };
}
