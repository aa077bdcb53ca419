import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { TableCounts } from '../core/runs';
import type { AuditResult } from '../core/steps';

/** Counts of one ingested file. */
export interface FileCounts {
  rows: number;
  /** Why the whole file is quarantined, or null. */
  reason: string | null;
  /** Dead letters by reason. */
  reasons: Record<string, number>;
}

/** Our own metrics, in base units with low-cardinality labels; listed in docs/metrics.md. */
export class PipelineMetrics {
  readonly registry = new Registry();
  private readonly newestIntervals = new Map<string, number>();
  private readonly files = this.counter('currents_files_total', 'Source files by outcome', [
    'pipeline',
    'report',
    'result',
  ]);
  private readonly published = this.counter('currents_rows_published_total', 'Rows published to Kafka', [
    'pipeline',
    'report',
  ]);
  private readonly rejected = this.counter(
    'currents_dead_letters_total',
    'Dead letters by reason, at ingest',
    ['pipeline', 'reason'],
  );
  private readonly runs = this.counter('currents_runs_total', 'Refine runs by outcome', [
    'pipeline',
    'status',
  ]);
  private readonly written = this.counter(
    'currents_rows_written_total',
    'Rows inserted or updated in silver',
    ['pipeline', 'table'],
  );
  private readonly checks = this.counter('currents_gate_checks_total', 'Expectations evaluated', [
    'pipeline',
    'result',
  ]);
  private readonly stepSeconds = new Histogram({
    name: 'currents_step_duration_seconds',
    help: 'Wall time of activities',
    labelNames: ['activity', 'status'],
    buckets: [0.1, 0.5, 1, 2, 5, 10, 20, 40, 80, 160, 320],
    registers: [this.registry],
  });
  private readonly newest = this.gauge(
    'currents_table_newest_interval_end_seconds',
    'Newest published interval per table, Unix time',
    ['pipeline', 'table'],
  );
  private readonly lag = this.gauge(
    'currents_kafka_lag_records',
    'Records in Kafka beyond the ledger on main',
    ['pipeline', 'topic'],
  );

  private readonly missing = this.gauge(
    'currents_missing_intervals',
    'Intervals missing on main, by owner of the gap: lake (the source has them) or source',
    ['pipeline', 'report', 'gap'],
  );

  countFile(pipeline: string, report: string, { rows, reason, reasons }: FileCounts): void {
    this.files.inc({ pipeline, report, result: reason ? 'quarantined' : 'published' });
    this.published.inc({ pipeline, report }, rows);
    for (const [why, count] of Object.entries(reasons)) this.rejected.inc({ pipeline, reason: why }, count);
  }

  countRun(pipeline: string, status: string, counts: TableCounts[], audits: AuditResult[]): void {
    this.runs.inc({ pipeline, status });
    for (const { table_name: table, inserted, updated } of counts)
      this.written.inc({ pipeline, table }, inserted + updated);
    for (const { evaluated, failed } of audits) {
      this.checks.inc({ pipeline, result: 'passed' }, evaluated - failed);
      this.checks.inc({ pipeline, result: 'failed' }, failed);
    }
  }

  timeStep(activity: string, status: string, duration_ms: number): void {
    this.stepSeconds.observe({ activity, status }, duration_ms / 1000);
  }

  /** Freshness never goes back: an old interval that is filled in later does not make a table look older. */
  raiseNewest(pipeline: string, table: string, interval_end_ms: number): void {
    const known_ms = this.newestIntervals.get(table) ?? 0;
    this.newestIntervals.set(table, Math.max(known_ms, interval_end_ms));
    this.newest.set({ pipeline, table }, Math.max(known_ms, interval_end_ms) / 1000);
  }

  setLag(pipeline: string, topic: string, records: number): void {
    this.lag.set({ pipeline, topic }, records);
  }

  setMissing(pipeline: string, report: string, counts: { lake: number; source: number }): void {
    for (const [gap, count] of Object.entries(counts)) this.missing.set({ pipeline, report, gap }, count);
  }

  private counter(name: string, help: string, labelNames: string[]): Counter {
    return new Counter({ name, help, labelNames, registers: [this.registry] });
  }

  private gauge(name: string, help: string, labelNames: string[]): Gauge {
    return new Gauge({ name, help, labelNames, registers: [this.registry] });
  }
}
