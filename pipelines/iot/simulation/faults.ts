import type { Device, DeviceType } from './fleet';
import { randomFor } from './random';
import { sent, type Reading } from './readings';

/**
 * What is wrong with a device. Its values stay possible, so that the lake takes them: finding such a device
 * is the work of those who look at the rows.
 */
export type Fault = 'stuck' | 'drift' | 'offline' | 'spike' | 'level_shift' | 'failing';

const FAULTS_OF: Record<DeviceType, readonly Fault[]> = {
  environment_sensor: ['stuck', 'drift', 'offline'],
  energy_meter: ['spike', 'offline'],
  hvac_unit: ['level_shift', 'spike'],
  pump: ['failing', 'level_shift'],
};

/** The faulty ones of a fleet: a share of it by lot, those of a type with its faults in turn. */
export function faultsOf(devices: readonly Device[], share: number, seed: number): Map<string, Fault> {
  const drawn = devices.map((device) => ({ device, lot: randomFor(seed, `lot ${device.device_id}`)() }));
  const faulty = drawn.sort((a, b) => a.lot - b.lot).slice(0, Math.round(share * devices.length));
  const ofType = new Map<DeviceType, number>();
  return new Map(
    faulty.map(({ device: { device_id, device_type } }) => {
      const place = ofType.get(device_type) ?? 0;
      ofType.set(device_type, place + 1);
      return [device_id, FAULTS_OF[device_type][place % FAULTS_OF[device_type].length]!];
    }),
  );
}

const SENDS_BEFORE_OFFLINE = 5;

/** A device that is offline sends nothing any more after its first measurements. */
export function isSilent(fault: Fault | undefined, sequence: number): boolean {
  return fault === 'offline' && sequence >= SENDS_BEFORE_OFFLINE;
}

/** The reading as a device with the fault sends it; `first`: its first one. */
export function withFault(fault: Fault, reading: Reading, first: Reading, sequence: number): Reading {
  return CHANGES[fault](reading, first, sequence);
}

const SPIKE_EVERY = 5;
const SHIFT_AFTER = 20;

const CHANGES: Record<Fault, (reading: Reading, first: Reading, sequence: number) => Reading> = {
  offline: (reading) => reading,
  stuck: (_, first) => first,
  drift: (reading, _, sequence) =>
    changed(reading, (value) => value + Math.min(15, 0.05 * sequence), 'temperature_c'),
  spike: (reading, _, sequence) =>
    sequence % SPIKE_EVERY === 0 ? changed(reading, (value) => 8 * value, 'power_w') : reading,
  level_shift: (reading, _, sequence) =>
    sequence < SHIFT_AFTER ? reading : changed(reading, (value) => 1.6 * value, 'power_w', 'temperature_c'),
  failing: (reading, _, sequence) =>
    changed(reading, (value) => Math.min(60, value * 1.03 ** sequence), 'vibration_mm_per_s'),
};

function changed(reading: Reading, change: (value: number) => number, ...names: string[]): Reading {
  const found = names.filter((name) => name in reading);
  const values = found.map((name) => [name, sent(change(reading[name]!))] as const);
  return { ...reading, ...Object.fromEntries(values) };
}
