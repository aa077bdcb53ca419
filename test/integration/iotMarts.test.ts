import { audit as auditTables } from '../../activities/gates/auditTables';
import { loadSuites } from '../../activities/gates/gateSuites';
import { IotLake, type Sample } from './iotLake';

process.env.CURRENTS_PIPELINES = 'nem,iot';
jest.setTimeout(300_000);

const DAY_MS = 86_400_000;
/** Yesterday, since health is judged by the last seven days. */
const DAY = dayBefore(1);

function dayBefore(days: number): string {
  return new Date(Date.now() - days * DAY_MS).toISOString().slice(0, 10);
}

/** `HH:MM:SS` of every so many minutes, from one minute of the day to another, both inclusive. */
function times(from_minute: number, to_minute: number, every: number): string[] {
  const count = Math.floor((to_minute - from_minute) / every) + 1;
  return Array.from({ length: count }, (_, index) =>
    new Date((from_minute + index * every) * 60_000).toISOString().slice(11, 19),
  );
}

const METER = { device_id: 'B1-0-core-1', device_type: 'energy_meter' };
const PUMP = { device_id: 'B1-1-plant-2', device_type: 'pump' };
const SENSOR = { device_id: 'B1-0-north-3', device_type: 'environment_sensor' };
const COLD = { device_id: 'B2-0-north-4', device_type: 'environment_sensor' };

/** 2 kW from 10:00 to 12:00, with 45 minutes missing from 10:30 on; the register counts through the gap. */
const METERED: Sample[] = [...times(600, 630, 5), ...times(675, 720, 5)].map((time) => ({
  ...METER,
  at: `${DAY} ${time}`,
  values: { power_w: 2000, power_factor: 0.8, energy_kwh: 100 + 2 * (hourOf(time) - 10) },
}));
/** 1 kW from 10:00 to 10:40, 3 kW from 10:45 to 11:00, and a straight line between. */
const PUMPED: Sample[] = times(600, 660, 5).map((time) => ({
  ...PUMP,
  at: `${DAY} ${time}`,
  values: { power_w: hourOf(time) < 10.75 ? 1000 : 3000, vibration_mm_per_s: 3 },
  flags: ['vibration_mm_per_s_unusual'],
}));
const SENSED: Sample[] = [6, 5, 4, 3, 2].flatMap((days) => [
  {
    ...SENSOR,
    at: `${dayBefore(days)} 12:00:00`,
    values: { temperature_c: 20, battery_percent: 16 + 2 * days },
  },
  { ...PUMP, at: `${dayBefore(days)} 12:00:00`, values: { vibration_mm_per_s: 1 } },
]);
const TODAYS: Sample[] = [
  { ...SENSOR, at: `${DAY} 10:10:00`, values: { temperature_c: 21, battery_percent: 18 } },
  { ...SENSOR, at: `${DAY} 10:20:00`, values: { temperature_c: 23, battery_percent: 18 } },
  { ...SENSOR, at: `${DAY} 12:00:00`, values: { temperature_c: 24, battery_percent: 18 } },
  { ...COLD, at: `${DAY} 11:59:00`, values: { temperature_c: 12 } },
];

function hourOf(time: string): number {
  const [hour, minute] = time.split(':').map(Number);
  return hour! + minute! / 60;
}

function hours(from: number, to: number): { from: string; to: string } {
  const at = (hour: number): string => `${DAY}T${String(hour).padStart(2, '0')}:00:00.000Z`;
  return { from: at(from), to: at(to) };
}

describe('gold of telemetry', () => {
  const lake = new IotLake();
  const energy = async (): Promise<unknown[][]> =>
    lake.rows(`select device_id, hour(hour_start_at), round(energy_kwh, 6), round(covered_s, 3),
      round(register_energy_kwh, 6) from iot_gold.hourly_sensor_aggregates
      where event_date = date '${DAY}' and power_samples > 0 order by 1, 2`);

  beforeAll(async () => {
    await lake.open();
    await lake.insert([...METERED, ...PUMPED, ...SENSED, ...TODAYS]);
    await lake.insertAnomalies([
      {
        ...PUMP,
        kind: 'vibration_pattern',
        severity: 'high',
        score: 0.8,
        start_at: `${DAY} 10:00:00`,
        is_open: true,
        reason: 'it shakes',
      },
      {
        ...PUMP,
        kind: 'spike',
        severity: 'low',
        score: 0.55,
        start_at: `${DAY} 09:00:00`,
        is_open: false,
        reason: 'once',
      },
      {
        ...COLD,
        kind: 'stuck',
        severity: 'medium',
        score: 0.6,
        start_at: `${dayBefore(9)} 09:00:00`,
        is_open: false,
        reason: 'long ago',
      },
    ]);
  });
  afterAll(() => lake.close());

  it('is built from nothing, and every rule holds', async () => {
    const { passed, failed, warned } = await lake.build();
    expect({ failed, warned }).toEqual({ failed: 0, warned: 0 });
    expect(passed).toBe(6);
  });

  it('has energy of the covered seconds alone, beside the register', async () => {
    expect(await energy()).toEqual([
      ['B1-0-core-1', 10, 1, 1800, 1],
      ['B1-0-core-1', 11, 1.5, 2700, 1.5],
      ['B1-0-core-1', 12, null, 0, null],
      ['B1-1-plant-2', 10, expect.closeTo(1.583333, 5), 3600, null],
      ['B1-1-plant-2', 11, null, 0, null],
    ]);
  });

  it('has loads, factors and cost of a building', async () => {
    const price = [0, 6].includes(new Date(`${DAY}T10:00:00Z`).getUTCDay()) ? 0.22 : 0.32;
    const [ten] =
      await lake.rows(`select devices, round(energy_kwh, 6), round(peak_load_kw, 6), round(power_factor, 6),
      tariff_eur_per_kwh, round(cost_eur, 6), round(covered_percent, 6), round(load_factor, 6)
      from iot_gold.building_energy_dashboard where hour(hour_start_at) = 10 and event_date = date '${DAY}'`);
    // Quarters of 3 and 3 kW, then the pump alone: 1.333 kW, since its rise lies in the third, and 3 kW.
    expect(ten!.slice(0, 5)).toEqual([2, 2.583333, 3, 0.8, price]);
    expect(Number(ten![5])).toBeCloseTo((31 / 12) * price, 5);
    expect(ten![6]).toBe(75);
    expect(Number(ten![7])).toBeCloseTo((3 + 3 + 4 / 3 + 3) / 4 / 3, 5);
  });

  it('says how devices are, and what to do', async () => {
    const health = await lake.rows(`select device_id, health_score, condition, maintenance_advice
      from iot_gold.device_health_summary order by 1`);
    expect(health).toEqual([
      ['B1-0-core-1', 100, 'good', 'no maintenance needed'],
      ['B1-0-north-3', 90, 'good', 'plan a new battery'],
      [
        'B1-1-plant-2',
        expect.any(Number),
        'critical',
        expect.stringMatching(/silent; inspect bearings .*flags/),
      ],
      ['B2-0-north-4', 100, 'good', 'no maintenance needed'],
    ]);
    // Silent for 12 usual steps, a high and a low anomaly, and most of its rows flagged.
    expect(health[2]![1]).toBe(100 - 20 - (20 + 4) - 20);
  });

  it('after a late row is what a build of everything gives, in the hours beside it too', async () => {
    // The last one touches hour 11 alone, and yet changes the step that leads into hour 12.
    const late = (time: string, power_w: number): Sample => ({
      ...PUMP,
      ...{ at: `${DAY} ${time}`, values: { power_w }, run_id: 'r2' },
    });
    await lake.insert([late('11:30:00', 3000), late('12:20:00', 3000)]);
    await lake.build([hours(11, 13)]);
    const before = await energy();
    await lake.insert([late('11:59:00', 1000)]);
    const { failed } = await lake.build([hours(11, 12)]);
    expect(failed).toBe(0);
    const tables = ['hourly_sensor_aggregates', 'building_energy_dashboard', 'device_health_summary'];
    const sums = async (): Promise<unknown[][]> =>
      Promise.all(
        tables.map((table) => lake.rows(`select * from iot_gold.${table} order by 1, 2, 3`)),
      ) as Promise<unknown[][]>;
    const byRange = await sums();
    expect((await energy()).at(-1)).not.toEqual(before.at(-1));
    await lake.build();
    const whole = await sums();
    expect(rounded(byRange)).toEqual(rounded(whole));
  });

  it('is audited: each gate holds, and a changed row of silver or gold fails the one that is about it', async () => {
    const audit = async () =>
      auditTables({
        suites: loadSuites('iot').filter(({ suite }) => suite.meta?.currents?.stage === 'gold'),
        ...{ trino: lake.trino, catalog: lake.catalog, branch: lake.catalog, hash: await lake.head() },
        ...{ pipeline: 'iot', run: { runId: 'r2', touched: [hours(10, 13)] }, readHead: () => lake.head() },
      });
    expect((await audit()).lines).toMatchObject({ failures: [], warnings: [] });
    await lake.rows(`delete from iot.silver_telemetry where device_id = '${METER.device_id}'
      and event_at = timestamp '${DAY} 10:05:00 UTC'`);
    await lake.rows(
      `update iot_gold.building_energy_dashboard set energy_kwh = energy_kwh + 1 where energy_kwh > 0`,
    );
    await lake.rows(`delete from iot_gold.device_health_summary where device_id = '${PUMP.device_id}'`);
    await lake.rows(`update iot_gold.hourly_sensor_aggregates set register_energy_kwh = 5
      where device_id = '${METER.device_id}' and hour(hour_start_at) = 11`);
    const { failures, warnings } = (await audit()).lines;
    for (const title of [
      'silver and gold disagree',
      'not the sum of its devices',
      'a device that sent has no row',
    ])
      expect(failures.join('\n')).toContain(title);
    expect(warnings.join('\n')).toContain('differs from the register');
  });

  describe('asked by the saved queries', () => {
    beforeAll(async () => {
      await lake.build();
    });

    it('gives the newest row of each device', async () => {
      const rows = await lake.saved('device_status');
      expect(rows).toHaveLength(4);
      expect(rows.find((row) => row['device_id'] === COLD.device_id)).toMatchObject({
        zone: 'north',
        event_at: `${DAY} 11:59:00.000000 UTC`,
        quality_flags: '',
      });
    });

    it('sums up the anomalies of seven days', async () => {
      expect(await lake.saved('anomaly_summary')).toEqual([
        expect.objectContaining({
          device_type: 'pump',
          kind: 'spike',
          anomalies: 1,
          low: 1,
          open_anomalies: 0,
        }),
        expect.objectContaining({
          ...{ device_type: 'pump', kind: 'vibration_pattern', anomalies: 1, high: 1, open_anomalies: 1 },
          worst_reason: `${PUMP.device_id}: it shakes`,
        }),
      ]);
    });

    it('shows how warm each zone was by the hour', async () => {
      const warmth = (await lake.saved('building_temperature_heat_map')).map((row) => [
        ...[
          row['building_id'],
          row['floor_number'],
          row['zone_name'],
          String(row['hour_start_at']).slice(11, 16),
        ],
        ...[row['mean_temperature_c'], row['max_temperature_c'], row['sensors']],
      ]);
      expect(warmth).toEqual([
        ['B1', 0, 'north', '10:00', 22, 23, 1],
        ['B1', 0, 'north', '12:00', 24, 24, 1],
        ['B2', 0, 'north', '11:00', 12, 12, 1],
      ]);
    });

    it('shows energy by building and day', async () => {
      const [row, ...others] = await lake.saved('energy_trends');
      const [[kwh, eur]] = (await lake.rows(
        'select round(sum(energy_kwh), 3), round(sum(cost_eur), 2) from iot_gold.building_energy_dashboard',
      )) as [[number, number]];
      expect(others).toEqual([]);
      expect(row).toMatchObject({
        ...{ building_id: 'B1', event_date: DAY, energy_kwh: kwh, cost_eur: eur, change_percent: null },
        ...{ mean_7_days_kwh: kwh, power_factor: 0.8 },
      });
    });

    it('puts the worst devices first', async () => {
      const rows = await lake.saved('device_health_checks');
      expect(rows.map((row) => row['device_id'])[0]).toBe(PUMP.device_id);
      expect(rows[0]).toMatchObject({ anomalies: 2, worst_reason: 'it shakes' });
    });

    it('warns before a battery is empty, of rising vibration and of open anomalies', async () => {
      const alerts = await lake.saved('predictive_maintenance_alerts');
      expect(alerts.map((row) => [row['device_id'], row['alert'], row['urgency']])).toEqual([
        [PUMP.device_id, 'open anomaly: vibration_pattern', 'high'],
        [PUMP.device_id, 'vibration rises', 'high'],
        [SENSOR.device_id, 'battery will be empty', 'medium'],
      ]);
      expect(alerts.at(-1)!['due_in_days']).toBeCloseTo(9, 0);
    });
  });
});

/** Sums of doubles depend on the order of rows in their last digits. */
function rounded(value: unknown): unknown {
  if (typeof value === 'number') return Number(value.toPrecision(9));
  return Array.isArray(value) ? value.map(rounded) : value;
}
