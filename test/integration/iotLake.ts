import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { runDbtBuild, type DbtBuildResult } from '../../clients/dbt/dbt';
import type { TimeRange } from '../../core/touched';
import { pointAt, resetBranch } from '../../nessie/branchMoves';
import { NessieClient } from '../../nessie/client';
import { readConfig } from '../../settings/config';
import { repositoryRoot } from '../../settings/repositoryRoot';
import { TrinoClient } from '../../trino/client';
import { asRecords } from '../../trino/records';

const COMMITS_MAX = 10_000;
/** Samples are numbered by it, so that no number is missing between those of the tests. */
const HALF_HOUR_MS = 1_800_000;
const TABLES = [
  // Trino looks for the branch's head when it opens a table, but not when it makes a schema: after the reset
  // that would be at a commit that the branch no longer has.
  'create table nem.opened (one integer)',
  'create schema if not exists iot',
  `create table iot.silver_telemetry (
    event_at timestamp(6) with time zone, event_date date, device_id varchar, sequence bigint, device_type varchar,
    building_id varchar, floor integer, zone varchar, temperature_c double, humidity_percent double,
    pressure_hpa double, vibration_mm_per_s double, power_w double, power_factor double, energy_kwh double,
    battery_percent double, signal_dbm double, is_simulated boolean, records bigint, delay_s bigint,
    quality_flags array(varchar), "partition" integer, "offset" bigint,
    ingested_at timestamp(6) with time zone, run_id varchar) with (partitioning = array['event_date'])`,
  `create table iot.anomalies (
    anomaly_id varchar, device_id varchar, device_type varchar, building_id varchar, metric varchar,
    detector varchar, kind varchar, severity varchar, score double, start_at timestamp(6) with time zone,
    end_at timestamp(6) with time zone, is_open boolean, reason varchar, evidence map(varchar, double),
    is_simulated boolean, event_date date, run_id varchar) with (partitioning = array['event_date'])`,
];

export interface Sample {
  device_id: string;
  device_type: string;
  /** UTC, `YYYY-MM-DD HH:MM:SS`. */
  at: string;
  values: Partial<
    Record<
      'temperature_c' | 'vibration_mm_per_s' | 'power_w' | 'power_factor' | 'energy_kwh' | 'battery_percent',
      number
    >
  >;
  flags?: string[];
  run_id?: string;
}

export interface MadeAnomaly {
  device_id: string;
  device_type: string;
  kind: string;
  severity: string;
  score: number;
  start_at: string;
  is_open: boolean;
  reason: string;
}

/** A lake of its own on the last slot, with silver as given; at the end the slot shows main again. */
export class IotLake {
  private readonly config = readConfig();
  private readonly nessie = new NessieClient(this.config.nessieUrl);
  readonly trino = new TrinoClient({ server: this.config.trinoUrl, user: 'currents', source: 'iot-test' });
  readonly catalog = `slot_${this.config.SLOT_COUNT}`;
  private readonly target = fs.mkdtempSync(path.join(os.tmpdir(), 'currents-dbt-'));

  async open(): Promise<void> {
    const history = await this.nessie.log({ name: 'main' }, { max: COMMITS_MAX });
    await resetBranch(this.nessie, this.catalog, { name: 'main', hash: history.at(-1)!.hash });
    for (const statement of TABLES) await this.rows(statement);
  }

  async close(): Promise<void> {
    const { name, hash } = await this.nessie.getReference('main');
    await pointAt(this.nessie, this.catalog, { name, hash });
    fs.rmSync(this.target, { recursive: true, force: true });
  }

  async head(): Promise<string> {
    return (await this.nessie.getReference(this.catalog)).hash;
  }

  async rows(sql: string): Promise<unknown[][]> {
    return (await this.trino.runQuery(sql, { catalog: this.catalog })).rows;
  }

  /** The rows of a saved query of the pipeline, by column. */
  async saved(name: string): Promise<Record<string, unknown>[]> {
    const file = path.join(repositoryRoot(), 'pipelines', 'iot', 'queries', `${name}.sql`);
    return asRecords(await this.trino.runQuery(fs.readFileSync(file, 'utf8'), { catalog: this.catalog }));
  }

  /** Building, floor and zone are those of the device's name: `<building>-<floor>-<zone>-<number>`. */
  async insert(samples: readonly Sample[]): Promise<void> {
    await this.rows(`insert into iot.silver_telemetry (event_at, event_date, device_id, sequence, device_type,
      building_id, floor, zone, temperature_c, vibration_mm_per_s, power_w, power_factor, energy_kwh,
      battery_percent, signal_dbm, is_simulated, records, delay_s, quality_flags, ingested_at, run_id)
      values ${samples.map(valuesOf).join(', ')}`);
  }

  async insertAnomalies(anomalies: readonly MadeAnomaly[]): Promise<void> {
    const values = anomalies.map(
      (
        each,
        index,
      ) => `('a${index}', '${each.device_id}', '${each.device_type}', '${each.device_id.split('-')[0]}',
        'all', 'history', '${each.kind}', '${each.severity}', double '${each.score}',
        timestamp '${each.start_at} UTC', timestamp '${each.start_at} UTC', ${each.is_open},
        '${each.reason}', true, date '${each.start_at.slice(0, 10)}', 'r1')`,
    );
    await this
      .rows(`insert into iot.anomalies (anomaly_id, device_id, device_type, building_id, metric, detector,
      kind, severity, score, start_at, end_at, is_open, reason, is_simulated, event_date, run_id)
      values ${values.join(', ')}`);
  }

  async build(changed: TimeRange[] = [], runKey = 'iot-test'): Promise<DbtBuildResult> {
    return runDbtBuild({
      ...{
        runKey,
        catalog: this.catalog,
        trinoUrl: this.config.trinoUrl,
        select: ['path:models/iot'],
        changed,
      },
      ...{ targetDir: this.target, cacheDir: path.join(this.target, 'cache') },
    });
  }
}

function valuesOf({ device_id, device_type, at, values, flags = [], run_id = 'r1' }: Sample): string {
  const [building, floor, zone] = device_id.split('-');
  const sequence = Math.floor(Date.parse(`${at}Z`) / HALF_HOUR_MS);
  const value = (name: keyof Sample['values']): string =>
    values[name] === undefined ? 'null' : `double '${values[name]}'`;
  const measures = ['temperature_c', 'vibration_mm_per_s', 'power_w', 'power_factor', 'energy_kwh'] as const;
  return `(timestamp '${at} UTC', date '${at.slice(0, 10)}', '${device_id}', ${sequence},
    '${device_type}', '${building}', ${floor}, '${zone}', ${measures.map(value).join(', ')},
    ${value('battery_percent')}, -60, true, 1, 0,
    cast(array[${flags.map((flag) => `'${flag}'`).join(', ')}] as array(varchar)), timestamp '${at} UTC', '${run_id}')`;
}
