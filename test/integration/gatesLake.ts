import { pointAt, resetBranch } from '../../nessie/branchMoves';
import { readConfig } from '../../settings/config';
import { quoteName } from '../../core/sqlText';
import { NessieClient } from '../../nessie/client';
import { TrinoClient } from '../../trino/client';

/** More than the tests before these make. */
const COMMITS_MAX = 10_000;
const COORDINATES = `last_changed_at_nem timestamp(6), header_at_nem timestamp(6), file_id varchar,
  source_file varchar, source_sha256 varchar, source_line integer, table_version integer,
  missing_columns array(varchar), extra map(varchar, varchar), topic varchar, "partition" integer,
  "offset" bigint, ingested_at timestamp(6) with time zone, run_id varchar`;
const VALIDITY = 'valid_from timestamp(6), valid_to timestamp(6)';
const DAY = `WITH (partitioning = ARRAY['trading_date'])`;

const TABLES: Record<string, string> = {
  'nem.bronze_dispatch': `(
    trading_date date, trading_interval timestamp(6), unit_id varchar, scada_value_mw double,
    ${COORDINATES}) ${DAY}`,
  'nem.silver_dispatch_clean': `(
    trading_interval timestamp(6), interval_end_at timestamp(6) with time zone, trading_date date,
    unit_id varchar, power_mw double, station_name varchar, region_id varchar, fuel_type varchar,
    dispatch_type varchar, capacity_mw double, emissions_factor_t_per_mwh double, source_file varchar,
    ingested_at timestamp(6) with time zone, version_at_nem timestamp(6), header_at_nem timestamp(6),
    file_id varchar, source_sha256 varchar, source_line integer, run_id varchar) ${DAY}`,
  'nem.silver_region_clean': `(
    trading_interval timestamp(6), trading_date date, region_id varchar, price_aud_per_mwh double) ${DAY}`,
  'nem.silver_interconnector_clean': `(
    trading_interval timestamp(6), trading_date date, interconnector_id varchar, mw_flow double) ${DAY}`,
  'nem.region_metadata': `(region_id varchar, region_name varchar, state varchar, ${VALIDITY})`,
  'nem.interconnector_metadata': `(
    interconnector_id varchar, region_from varchar, region_to varchar, ${VALIDITY})`,
  'nem.market_limits': `(name varchar, value double, ${VALIDITY}, source varchar)`,
  'nem_ops.refine_counts': `(
    pipeline varchar, run_id varchar, table_name varchar, rows_in bigint, bronze_rows bigint,
    redelivered bigint, inserted bigint, updated bigint, duplicates bigint, superseded bigint,
    dead_letters bigint, interval_min timestamp(6), interval_max timestamp(6),
    recorded_at timestamp(6) with time zone)`,
  'nem_ops.dead_letters': `(
    pipeline varchar, stage varchar, reason varchar, rule varchar, source_file varchar, topic varchar,
    "partition" integer, "offset" bigint, payload varchar, first_seen_at timestamp(6) with time zone,
    run_id varchar, source_sha256 varchar, source_line integer, original_topic varchar,
    original_partition integer, original_offset bigint, error_message varchar,
    headers map(varchar, varchar), status varchar)`,
  'nem_ops.gate_results': `(
    pipeline varchar, run_id varchar, suite varchar, stage varchar, table_name varchar,
    expectation varchar, column_name varchar, severity varchar, success boolean, evaluated bigint,
    unexpected bigint, unexpected_percent double, observed varchar, detail varchar, branch varchar,
    hash varchar, result_uri varchar, recorded_at timestamp(6) with time zone)`,
};

export interface Unit {
  unit_id: string;
  mw: number | null;
  fuel?: string;
  capacity_mw?: number;
}

export interface Batch {
  runId: string;
  /** Interval end, NEM time. */
  interval: string;
  units: Unit[];
  missingColumns?: string[];
  extra?: string;
  deadLetters?: number;
}

/**
 * A lake of our own on the last slot: it begins at the lake's first commit, where there are namespaces and no
 * tables (dropping those of main would take files along that main needs), and at the end is pointed at main
 * as a run does.
 */
export class GatesLake {
  private readonly config = readConfig();
  readonly nessie = new NessieClient(this.config.nessieUrl);
  readonly trino = new TrinoClient({ server: this.config.trinoUrl, user: 'currents', source: 'gates-test' });
  readonly catalog = `slot_${this.config.SLOT_COUNT}`;
  /** Another slot, standing for the branch that a run is merged into. */
  readonly baseCatalog = 'slot_1';
  private offset = 0;
  private emptyHash = '';

  async open(): Promise<void> {
    const history = await this.nessie.log({ name: 'main' }, { max: COMMITS_MAX });
    await resetBranch(this.nessie, this.catalog, { name: 'main', hash: history.at(-1)!.hash });
    await this.sql(Object.entries(TABLES).map(([table, columns]) => `CREATE TABLE ${table} ${columns}`));
    this.emptyHash = await this.head();
  }

  /**
   * Points the slot at the commit in which its tables were made: one request, where deleting the rows of five
   * tables took 2 s.
   */
  async empty(): Promise<void> {
    await pointAt(this.nessie, this.catalog, { name: 'DETACHED', hash: this.emptyHash });
  }

  async pointAtMain(): Promise<void> {
    const { name, hash } = await this.nessie.getReference('main');
    for (const slot of [this.catalog, this.baseCatalog]) await pointAt(this.nessie, slot, { name, hash });
  }

  /** Makes the lake as it is now what a run would be merged into. */
  async keepAsBase(): Promise<void> {
    await pointAt(this.nessie, this.baseCatalog, { name: 'DETACHED', hash: await this.head() });
  }

  async head(): Promise<string> {
    return (await this.nessie.getReference(this.catalog)).hash;
  }

  async sql(statements: string[]): Promise<void> {
    for (const statement of statements) await this.trino.runQuery(statement, { catalog: this.catalog });
  }

  /** Writes bronze, silver and counts of one interval the way the refine job would. */
  async load(batch: Batch): Promise<void> {
    const { runId, interval, units } = batch;
    const missing = `ARRAY[${(batch.missingColumns ?? []).map((name) => `'${name}'`).join(', ')}]`;
    const extra = batch.extra ? `MAP(ARRAY['${batch.extra}'], ARRAY['1'])` : 'MAP()';
    const origin = `'PUBLIC_DISPATCHSCADA.zip'`;
    // Each batch is a file of its own: bronze is held to one row per line of a file.
    const sha256 = `'sha-${this.offset}'`;
    const values = units.map(
      ({ unit_id, mw, fuel = 'unknown', capacity_mw }, line) =>
        `('${unit_id}', CAST(${mw === null ? 'NULL' : `'${mw}'`} AS double), '${fuel}', ` +
        `CAST(${capacity_mw ?? 'NULL'} AS double), ${line})`,
    );
    const rows = `(VALUES ${values.join(', ')}) AS rows(unit_id, mw, fuel, capacity, line)`;
    const end = `TIMESTAMP '${interval}'`;
    const date = `date(${end} - INTERVAL '4' HOUR - INTERVAL '1' SECOND)`;
    const count = units.length;
    const rejected = batch.deadLetters ?? 0;
    await this.sql([
      `INSERT INTO nem.bronze_dispatch SELECT ${date}, ${end}, unit_id, mw, NULL, NULL, '1', ${origin},
        ${sha256}, line, 1, CAST(${missing} AS array(varchar)), CAST(${extra} AS map(varchar, varchar)),
        'nem_dispatch', 0, ${this.offset} + line, now(), '${runId}' FROM ${rows}`,
      `INSERT INTO nem.silver_dispatch_clean SELECT
        ${end}, at_timezone(with_timezone(${end}, '+10:00'), 'UTC'), ${date}, trim(unit_id), mw,
        NULL, NULL, fuel, NULL, capacity, NULL, ${origin}, now(), NULL, NULL, '1', ${sha256}, line,
        '${runId}' FROM ${rows}`,
      `INSERT INTO nem_ops.refine_counts VALUES ('nem', '${runId}', 'nem.silver_dispatch_clean',
        ${count + rejected}, ${count}, 0, ${count}, 0, 0, 0, ${rejected}, ${end}, ${end}, now())`,
    ]);
    this.offset += count;
  }

  async reject(runId: string, reason: string, count: number): Promise<void> {
    await this.sql([
      'INSERT INTO nem_ops.dead_letters (pipeline, run_id, reason, topic, original_topic) ' +
        `SELECT 'nem', '${runId}', '${reason}', 'nem_dispatch.dlq', 'nem_dispatch' ` +
        `FROM UNNEST(sequence(1, ${count}))`,
    ]);
  }

  get quotedCatalog(): string {
    return quoteName(this.catalog);
  }
}
