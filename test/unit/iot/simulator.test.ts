import path from 'node:path';
import type { ProducedRecord } from '../../../core/producer';
import { contractsIn } from '../../../pipelines/contractFiles';
import { fleet } from '../../../pipelines/iot/simulation/fleet';
import { occupancy } from '../../../pipelines/iot/simulation/rhythm';
import { simulator } from '../../../pipelines/iot/simulation/simulator';
import { repositoryRoot } from '../../../settings/repositoryRoot';

/** A Tuesday morning. */
const START_MS = Date.UTC(2026, 10, 24, 9);
const DAY_MS = 86_400_000;
const [contract] = contractsIn(path.join(repositoryRoot(), 'pipelines', 'iot'));

function send(scenario: string, count: number, { seed = 7, rate = 100, start_ms = START_MS } = {}) {
  const source = simulator.records({ scenario, seed, rate_per_second: rate, start_ms })[Symbol.iterator]();
  return Array.from({ length: count }, () => source.next().value as ProducedRecord);
}

const fieldsOf = ({ value }: ProducedRecord): Record<string, unknown> =>
  JSON.parse(value) as Record<string, unknown>;
const countBy = (records: ProducedRecord[], nameOf: (record: ProducedRecord) => string) =>
  records.reduce<Record<string, number>>(
    (counts, record) => ({ ...counts, [nameOf(record)]: (counts[nameOf(record)] ?? 0) + 1 }),
    {},
  );
const mean = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

describe('simulated telemetry', () => {
  it.each(simulator.scenarios)('%s: the same seed gives the same records, another one others', (scenario) => {
    expect(send(scenario, 500)).toEqual(send(scenario, 500));
    expect(send(scenario, 500, { seed: 8 })).not.toEqual(send(scenario, 500));
  });

  it('is marked as such in every record', () => {
    const marks = simulator.scenarios
      .flatMap((scenario) => send(scenario, 300))
      .map(({ topic, headers, key }) => [topic, headers['currents.simulated'], key.slice(0, 4)].join());
    expect([...new Set(marks)]).toEqual([`${contract!.topic},true,SIM-`]);
    expect(send('valid', 300).filter((record) => fieldsOf(record)['is_simulated'] !== true)).toEqual([]);
  });

  it('comes from sixty devices of every type that the contract names, in turn', () => {
    const devices = countBy(send('valid', 600), ({ key }) => key);
    expect(Object.values(devices)).toEqual(Array.from({ length: 60 }, () => 10));
    const types = contract!.columns.find(({ name }) => name === 'device_type')!.allowed!.values;
    // The sensors of real files are the others.
    expect([...new Set([...fleet().map(({ device_type }) => device_type), 'other_sensor'])].sort()).toEqual(
      [...types].sort(),
    );
  });

  it.each(['valid', 'anomaly'])('%s: every record fits the contract', (scenario) => {
    const records = send(scenario, 1000);
    expect(records.filter(({ deadLetter }) => deadLetter !== null)).toEqual([]);
    const known = contract!.columns.map(({ sourceColumn }) => sourceColumn);
    const fields = records.map(fieldsOf);
    expect(fields.flatMap(Object.keys).filter((name) => !known.includes(name))).toEqual([]);
    for (const { sourceColumn, required, minimum, maximum } of contract!.columns) {
      const values = fields.map((each) => each[sourceColumn]);
      const isOutside = (value: unknown) =>
        value === undefined
          ? required
          : Number(value) < (minimum ?? -Infinity) || Number(value) > (maximum ?? Infinity);
      expect([sourceColumn, values.filter(isOutside)]).toEqual([sourceColumn, []]);
    }
  });

  it('follows the day and the week', () => {
    const [noon, night, sunday] = [13, 3, 13 + 5 * 24].map((hour) => START_MS + (hour - 9) * 3_600_000);
    expect(occupancy(noon!)).toBeCloseTo(1, 1);
    expect(occupancy(night!)).toBe(0);
    expect(occupancy(sunday!)).toBeCloseTo(0.2, 1);
    const power = (start_ms: number) =>
      mean(
        send('valid', 600, { start_ms })
          .map((record) => fieldsOf(record)['power_w'])
          .filter((value) => value !== undefined)
          .map(Number),
      );
    expect(power(noon!)).toBeGreaterThan(3 * power(night!));
    expect(power(sunday!)).toBeLessThan(power(noon!) / 2);
  });

  it('has registers of energy that never run backwards, also from one run to the next', () => {
    const runs = [0, 0.1, 0.4, 1, 1.7].flatMap((days) =>
      send('valid', 600, { start_ms: START_MS + days * DAY_MS }),
    );
    const last = new Map<string, number>();
    const backwards = runs.filter((record) => {
      const [before, energy_kwh] = [last.get(record.key) ?? 0, Number(fieldsOf(record)['energy_kwh'] ?? 0)];
      last.set(record.key, energy_kwh);
      return energy_kwh < before;
    });
    expect(backwards).toEqual([]);
    expect(Math.max(...last.values())).toBeGreaterThan(1000);
  });
});

describe('the shares of a scenario', () => {
  it('are 70 % valid and 30 % problems of three kinds in the mixed one', () => {
    const records = send('mixed', 10_000);
    const [broken, odd] = [send('invalid_schema', 2000), send('edge_case', 2000)].map(
      (all) => new Set(all.map(({ kind }) => kind).filter((kind) => kind !== 'valid')),
    );
    const share = (holds: (kind: string) => boolean) =>
      records.filter(({ kind }) => holds(kind)).length / records.length;
    const isFault = (kind: string) => kind !== 'valid' && !broken!.has(kind) && !odd!.has(kind);
    const shares = [(kind: string) => kind === 'valid', isFault].map(share);
    expect(Math.abs(shares[0]! - 0.7)).toBeLessThan(0.02);
    expect(shares[1]).toBeGreaterThan(0.04);
    for (const kinds of [broken!, odd!]) expect(share((kind) => kinds.has(kind))).toBeCloseTo(0.12, 1);
  });

  it('lose far less than a fifth of any device type in the mixed one, which would hold a run', () => {
    const records = send('mixed', 10_000);
    const typeOf = ({ key }: ProducedRecord) => key.split('-').at(-1)!;
    const all = countBy(records, typeOf);
    const lost = countBy(
      records.filter(({ deadLetter }) => deadLetter !== null),
      typeOf,
    );
    for (const [type, count] of Object.entries(all)) expect((lost[type] ?? 0) / count).toBeLessThan(0.15);
  });

  it('are all problems in the others', () => {
    expect(send('invalid_schema', 500).filter(({ deadLetter }) => deadLetter === null)).toEqual([]);
    expect(send('anomaly', 500).filter(({ kind }) => kind === 'valid')).toEqual([]);
    expect(send('edge_case', 500).filter(({ kind }) => kind !== 'valid').length).toBeGreaterThan(400);
    expect(countBy(send('valid', 500), ({ kind }) => kind)).toEqual({ valid: 500 });
  });
});

describe('the problems', () => {
  const records = [...send('edge_case', 3000), ...send('anomaly', 3000)];
  const ofKind = (kind: string) => records.filter((record) => record.kind === kind);
  const atOf = (record: ProducedRecord) => Date.parse(String(fieldsOf(record)['event_at']));

  it('send late, ahead and out of order by as much as their names say', () => {
    const sent = send('edge_case', 3000).map((record, index) => ({
      kind: record.kind,
      delay_ms: START_MS + index * 10 - atOf(record),
    }));
    const delays = (kind: string) =>
      sent.filter((each) => each.kind === kind).map(({ delay_ms }) => delay_ms);
    expect(Math.min(...delays('late'))).toBeGreaterThanOrEqual(600_000);
    expect(Math.max(...delays('late'))).toBeLessThanOrEqual(3 * DAY_MS);
    expect(Math.max(...delays('clock_ahead'))).toBeLessThanOrEqual(-60_000);
    expect(Math.min(...delays('clock_ahead'))).toBeGreaterThanOrEqual(-contract!.futureTolerance_ms! / 2);
    expect([...new Set(delays('out_of_order'))]).toEqual([30_000]);
  });

  it('send some records twice, and no key twice but those', () => {
    const taken = send('edge_case', 3000).filter(({ deadLetter }) => deadLetter === null);
    const keys = new Set(
      taken.map(fieldsOf).map(({ device_id, event_at, sequence }) => [device_id, event_at, sequence].join()),
    );
    expect(ofKind('twice').length).toBeGreaterThan(100);
    expect(keys.size).toBe(taken.length - ofKind('twice').length);
  });

  it('are stuck, drifting, shifted or failing devices whose values show it', () => {
    const ofDevice = (kind: string, name: string) => {
      const [{ key }] = ofKind(kind) as [ProducedRecord];
      return ofKind(kind)
        .filter((record) => record.key === key)
        .map((record) => Number(fieldsOf(record)[name]));
    };
    expect(new Set(ofDevice('stuck', 'temperature_c')).size).toBe(1);
    const [drifting, failing] = [
      ofDevice('drift', 'temperature_c'),
      ofDevice('failing', 'vibration_mm_per_s'),
    ];
    expect(drifting.at(-1)! - drifting[0]!).toBeGreaterThan(1.5);
    expect(failing.at(-1)! / failing[0]!).toBeGreaterThan(3);
    const spiking = ofDevice('spike', 'power_w');
    expect(Math.max(...spiking) / Math.min(...spiking)).toBeGreaterThan(6);
    const shifted = ofDevice('level_shift', 'power_w');
    expect(mean(shifted.slice(20)) / mean(shifted.slice(0, 20))).toBeGreaterThan(1.4);
  });

  it('silence a device that is offline', () => {
    const silent = countBy(ofKind('offline'), ({ key }) => key);
    expect(Object.values(silent).length).toBeGreaterThan(3);
    expect(new Set(Object.values(silent))).toEqual(new Set([5]));
  });
});
