import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { ProduceOutcome } from '../../cli/support/produceOutcome';
import { readConfig } from '../../settings/config';
import { repositoryRoot } from '../../settings/repositoryRoot';
import { TrinoClient } from '../../trino/client';
import { currents, json } from '../integration/support/command';
import { proxiedBy } from '../integration/support/recordingProxy';
import { until } from '../integration/support/until';

jest.setTimeout(240_000);

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'currents-telemetry-'));
/** A stack of its own, with telemetry alone: the other tests' commands count on the default pipeline. */
const own: Record<string, string> = {
  CURRENTS_HOME: path.join(folder, 'home'),
  CURRENTS_PORT_BASE: String(Number(process.env.CURRENTS_PORT_BASE) + 800),
  CURRENTS_PIPELINES: 'iot',
};
const config = readConfig({ ...process.env, ...own });
const trino = new TrinoClient({
  server: config.trinoUrl,
  user: 'analyst',
  source: 'telemetry',
  catalog: 'lake',
});

async function rows(sql: string): Promise<unknown[][]> {
  return (await trino.runQuery(sql)).rows;
}

async function numbers(sql: string): Promise<number[]> {
  return (await rows(sql))[0]!.map(Number);
}

async function counts(sql: string): Promise<Record<string, number>> {
  return Object.fromEntries((await rows(sql)).map(([name, count]) => [String(name), Number(count)]));
}

/** Interrupts the command as Ctrl-C does, once it has printed a line of progress. */
async function interrupted(args: string[]): Promise<{ code: number | null; body: ProduceOutcome }> {
  const command = [path.join(repositoryRoot(), 'bin', 'currents.js'), ...args, '--json'];
  const child = spawn(process.execPath, command, {
    env: { ...process.env, ...proxiedBy(), ...own },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [stdout, stderr, isSent] = ['', '', false];
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (stdout += chunk));
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    stderr += chunk;
    // Once: a second one would end the process at once.
    if (!isSent && /produce +\d+ s {2}[1-9]/.test(stderr)) isSent = child.kill('SIGINT');
  });
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  expect(stderr).toContain('interrupted: every record counted here was acknowledged');
  return { code, body: JSON.parse(stdout) as ProduceOutcome };
}

/** The tests of this file build on one another. */
describe('telemetry from producer to main', () => {
  let sent: ProduceOutcome;
  let replayed = 0;

  beforeAll(async () => {
    const { code, stderr } = await currents(['up'], own);
    if (code !== 0) throw new Error(`up: expected exit 0, found ${code}: ${stderr}`);
  });

  afterAll(async () => {
    await currents(['down', '--volumes', '--yes'], own);
    fs.rmSync(folder, { recursive: true, force: true });
  });

  it('is sent at the rate, with every kind of problem', async () => {
    const args = ['produce', 'iot', '--scenario', 'mixed', '--rate', '400', '--duration', '6', '--seed', '7'];
    const { code, body } = await json<ProduceOutcome>(args, own);
    sent = body;
    expect([code, sent.records, sent.simulated]).toEqual([0, 2400, true]);
    for (const kind of ['valid', 'late', 'twice', 'clock_ahead']) expect(sent.kinds[kind]).toBeGreaterThan(5);
    expect(Object.keys(sent.dead_letters_expected).length).toBeGreaterThan(6);
  });

  it('reaches main by one run, each record once', async () => {
    const { body } = await json<{ status: string; records: number }>(['run', 'iot'], own);
    expect(body).toMatchObject({ status: 'merged', records: sent.records });
    expect(
      await numbers(`select (select count(*) from iot.bronze_telemetry), (select count(*) from iot.silver_telemetry),
        (select sum(records) from iot.silver_telemetry), (select count(*) from iot_ops.dead_letters)`),
    ).toEqual([
      sent.rows_expected,
      sent.rows_expected - sent.kinds['twice']!,
      sent.rows_expected,
      sent.records - sent.rows_expected,
    ]);
  });

  it('has dead letters by reason as sent, with payload and place', async () => {
    expect(await counts('select reason, count(*) from iot_ops.dead_letters group by reason')).toEqual(
      sent.dead_letters_expected,
    );
    expect(
      await numbers(`select count_if(payload is null), count_if(topic <> 'iot-telemetry' or "offset" is null),
        count_if(payload like '%SIM-%' or reason = 'malformed_json' or reason = 'empty_device_id') - count(*)
        from iot_ops.dead_letters`),
    ).toEqual([0, 0, 0]);
  });

  it('has rows flagged as sent, all of them simulated', async () => {
    const flags = await counts(
      `select flag, count(*) from iot.silver_telemetry cross join unnest(quality_flags) as t (flag) group by flag`,
    );
    const { late, clock_ahead } = sent.kinds;
    expect(flags).toMatchObject({ late, clock_ahead });
    expect(
      await numbers(
        'select sum(records) - count(*), count_if(not is_simulated), count(distinct device_id) ' +
          'from iot.silver_telemetry',
      ),
    ).toEqual([sent.kinds['twice'], 0, 60]);
    expect((await currents(['query', '@iot/device_status', '--format', 'json'], own)).stdout).toContain(
      'SIM-B3-',
    );
    expect((await currents(['query', '@iot/quality_by_device_type'], own)).code).toBe(0);
  });

  it('has gold of every row, of every device and of every building', async () => {
    expect(
      await numbers(`select (select sum(samples) from iot_gold.hourly_sensor_aggregates),
        (select sum(records) from iot_gold.hourly_sensor_aggregates),
        (select count(*) from iot_gold.device_health_summary),
        (select count(distinct building_id) from iot_gold.building_energy_dashboard),
        (select count_if(not is_simulated) from iot_gold.building_energy_dashboard)`),
    ).toEqual([sent.rows_expected - sent.kinds['twice']!, sent.rows_expected, 60, 3, 0]);
    const [building, devices] = await numbers(`select
      (select round(sum(energy_kwh), 6) from iot_gold.building_energy_dashboard),
      (select round(sum(energy_kwh), 6) from iot_gold.hourly_sensor_aggregates)`);
    expect(building).toBeGreaterThan(0);
    expect(building).toBe(devices);
  });

  it('has pages of its models, made after the merge and served where status says', async () => {
    const { body } = await json<{ dbt_docs: string }>(['status'], own);
    await until('pages of dbt docs', async () => (await fetch(body.dbt_docs)).ok);
    expect(await (await fetch(body.dbt_docs)).text()).toContain('building_energy_dashboard');
  });

  it('is remembered device by device, and what is said of devices is simulated too', async () => {
    expect(
      await numbers(`select (select count(distinct device_id) from iot.anomaly_state),
        (select count(*) - count(distinct anomaly_id) from iot.anomalies),
        (select count_if(not is_simulated) from iot.anomalies)`),
    ).toEqual([60, 0, 0]);
  });

  it('may be that of real sensor files, which is not simulated', async () => {
    const sensors = path.join(folder, 'sensors');
    fs.mkdirSync(sensors);
    const lines = Array.from({ length: 300 }, (_, minute) => {
      const at = new Date(Date.UTC(2015, 1, 2) + minute * 60_000)
        .toISOString()
        .slice(0, 19)
        .replace('T', ' ');
      return `${at},${(21 + Math.sin(minute)).toFixed(2)},${minute === 200 ? 95 : (40 + Math.cos(minute)).toFixed(1)}`;
    });
    fs.writeFileSync(path.join(sensors, 'room.csv'), ['date,Temperature,Humidity', ...lines].join('\n'));
    const { body } = await json<ProduceOutcome>(
      ['produce', 'iot', '--replay', sensors, '--rate', '2000'],
      own,
    );
    expect(body).toMatchObject({ replay: sensors, simulated: false, records: 300, rows_expected: 300 });
    replayed = body.records;
    expect((await json<{ status: string }>(['run', 'iot'], own)).body.status).toBe('merged');
    expect(
      await rows(`select device_id, count(*), min(sequence), max(sequence) from iot.silver_telemetry
        where not is_simulated group by device_id`),
    ).toEqual([['room', 300, 0, 299]]);
    expect(
      await rows(`select metric, kind, is_simulated, building_id from iot.anomalies where device_id = 'room'
        and start_at = (select event_at from iot.silver_telemetry where device_id = 'room' and sequence = 200)`),
    ).toEqual([['humidity_percent', 'spike', false, 'replay']]);
  });

  it('ends cleanly at Ctrl-C, and is held where a device type loses its records', async () => {
    const args = ['produce', 'iot', '--scenario', 'invalid_schema', '--rate', '300'];
    const { code, body } = await interrupted(args);
    expect([code, body.rows_expected]).toEqual([0, 0]);
    const more = await json<ProduceOutcome>(
      ['produce', 'iot', '--scenario', 'valid', '--rate', '900', '--duration', '2', '--seed', '9'],
      own,
    );
    expect(more.body.rows_expected).toBe(1800);
    const run = await json<{ status: string; code: string; message: string }>(['run', 'iot'], own);
    expect(run.code).toBe(1);
    expect(run.body).toMatchObject({ status: 'failed', code: 'GATE_FAILED' });
    expect(run.body.message).toContain('a device type loses more than 20 % of its records');
    expect(await numbers('select count(*) from iot.bronze_telemetry')).toEqual([
      sent.rows_expected + replayed,
    ]);
  });
});
