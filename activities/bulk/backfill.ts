import { backfillSettings, ownGaps, totalOf, type BackfillPlan, type BackfillSettings, type Completeness, type KnownArchive, type ReportDay } from '../../core/backfill';
import { planBackfill } from '../../core/backfillPlan';
import type { Config } from '../../core/config';
import { catalogOfBranch, MAIN_BRANCH } from '../../core/ids';
import { isoSeconds } from '../../core/interval';
import type { CompletenessRule } from '../../core/pipeline';
import type { ArchiveFile, Source } from '../../core/source';
import { pipelineNamed } from '../../pipelines/registry';
import type { LakeReader } from '../connections/lakeReader';
import type { ObjectStore } from '../connections/objectStore';
import { unseen } from '../ingest/ingest';
import type { Landing } from '../ingest/landing';
import type { PipelineMetrics } from '../metrics';
import { ArchiveReceipts, entryOf } from './archiveReceipts';

export interface BackfillDeps {
  config: Config;
  metrics: PipelineMetrics;
  store: ObjectStore;
  lake: LakeReader;
  sourceOf(pipeline: string): Source;
  landingOf(pipeline: string): Landing;
  signal(): AbortSignal;
}

/** The plan's totals; the chunks themselves lie in S3, since a plan of years is too large for a history. */
export interface PlannedBackfill extends Omit<BackfillPlan, 'chunks'> {
  planUri: string;
  chunks: number;
  archives: number;
  archive_bytes: number;
}

export interface CompletenessReport {
  from: string;
  reports: Record<string, Completeness>;
  /** Whether a backfill is configured and has something to fetch. */
  backfill: boolean;
}

const DAY_MS = 86_400_000;

export function createBackfillActivities(deps: BackfillDeps) {
  return {
    /** Compares lake, ledger and listings and stores what is to be done. Reads only, but for the plan itself. */
    async planBackfillRange({ settings, name }: { settings: BackfillSettings; name: string }): Promise<PlannedBackfill> {
      const plan = await makePlan(deps, settings);
      const key = `bulk/${settings.pipeline}/${name}/plan.json`;
      await deps.store.put(key, JSON.stringify(plan));
      const archives = plan.chunks.flatMap((chunk) => chunk.archives);
      return {
        reports: plan.reports, current: plan.current, planUri: deps.store.uri(key), chunks: plan.chunks.length, archives: archives.length,
        archive_bytes: archives.reduce((sum, { published_bytes }) => sum + (published_bytes ?? 0), 0),
      };
    },

    /**
     * Counts, per report, the intervals that main lacks since its first one (at most COMPLETENESS_DAYS back, up to `until`),
     * and sets the metric. Reads only. An empty lake lacks nothing: what it should hold is for an operator to say.
     */
    async measureCompleteness({ pipeline, until }: { pipeline: string; until: string }): Promise<CompletenessReport> {
      const oldest_ms = Date.parse(until) - deps.config.COMPLETENESS_DAYS * DAY_MS;
      const first_ms = await deps.lake.firstInterval(catalogOfBranch(MAIN_BRANCH), pipelineNamed(pipeline).completeness, oldest_ms);
      if (first_ms === null || first_ms >= Date.parse(until)) return { from: until, reports: {}, backfill: false };
      const settings = backfillSettings({ pipeline, from: isoSeconds(first_ms), to: until });
      const { reports } = await makePlan(deps, settings);
      for (const [report, counts] of Object.entries(reports)) {
        deps.metrics.setMissing(pipeline, report, { lake: ownGaps(counts), source: counts.sourceGaps + counts.unavailable });
      }
      return { from: settings.from, reports, backfill: deps.config.COMPLETENESS_BACKFILL && ownGaps(totalOf(reports)) > 0 };
    },

    /** One chunk of a stored plan. */
    async readChunk({ planUri, index }: { planUri: string; index: number }): Promise<BackfillPlan['chunks'][number]> {
      return (JSON.parse((await deps.store.getUri(planUri)).toString('utf8')) as BackfillPlan).chunks[index]!;
    },
  };
}

async function makePlan(deps: BackfillDeps, settings: BackfillSettings): Promise<BackfillPlan> {
  const { pipeline, from, to } = settings;
  const days = await reportDays(deps, settings);
  const isComplete = settings.mode === 'missing' && days.every(({ expected, present }) => present >= expected);
  const listed = isComplete ? [] : await deps.sourceOf(pipeline).listArchives({ start: from, end: to }, deps.signal());
  return planBackfill(settings, days, await knownArchives(deps, settings, listed));
}

async function reportDays(deps: BackfillDeps, settings: BackfillSettings): Promise<ReportDay[]> {
  const rules = pipelineNamed(settings.pipeline).completeness;
  const days = (await Promise.all(rules.map((rule) => daysOf(deps, settings, rule)))).flat();
  const lacking = days.filter(({ expected, present }) => settings.mode === 'all' || present < expected);
  if (lacking.length === 0) return days;
  const unseenEnds = await unseenFiles(deps, settings, lacking);
  for (const day of lacking) day.unseen = unseenEnds.filter(({ report, end_ms }) => report === day.report && end_ms > Date.parse(day.from) && end_ms <= Date.parse(day.to)).length;
  return days;
}

async function daysOf({ lake }: BackfillDeps, settings: BackfillSettings, rule: CompletenessRule): Promise<ReportDay[]> {
  const clock = (instant_ms: number): string => new Date(instant_ms + rule.clockOffset_ms).toISOString().slice(0, 19).replace('T', ' ');
  const [from_ms, to_ms] = [Date.parse(settings.from), Date.parse(settings.to)];
  const present = await lake.intervalsByDay(catalogOfBranch(settings.target), rule, clock(from_ms), clock(to_ms));
  const days: ReportDay[] = [];
  for (let day_ms = Math.floor((from_ms + rule.clockOffset_ms) / DAY_MS) * DAY_MS - rule.clockOffset_ms; day_ms < to_ms; day_ms += DAY_MS) {
    const [start_ms, end_ms] = [Math.max(day_ms, from_ms), Math.min(day_ms + DAY_MS, to_ms)];
    // An interval counts once it has ended: the newest one may not be published yet.
    const expected = Math.max(0, Math.floor((Math.min(end_ms, Date.now()) - start_ms) / rule.step_ms));
    days.push({ report: rule.report, from: isoSeconds(start_ms), to: isoSeconds(end_ms), expected, present: present.get(clock(day_ms).slice(0, 10)) ?? 0, unseen: 0 });
  }
  return days;
}

/** Files of the newest listing that are not in Kafka yet, over the days that lack something. */
async function unseenFiles(deps: BackfillDeps, { pipeline }: BackfillSettings, lacking: ReportDay[]): Promise<{ report: string; end_ms: number }[]> {
  const start = lacking.map(({ from }) => from).sort()[0]!;
  const end = lacking.map(({ to }) => to).sort().at(-1)!;
  const { files } = await deps.sourceOf(pipeline).listFiles({ range: { start, end }, lookBack_ms: 0, since_ms: 0 }, deps.signal());
  const fresh = await unseen(files, deps.landingOf(pipeline));
  return fresh.map(({ report, interval_end_at }) => ({ report, end_ms: Date.parse(interval_end_at) }));
}

async function knownArchives(deps: BackfillDeps, { pipeline, target }: BackfillSettings, listed: ArchiveFile[]): Promise<KnownArchive[]> {
  const receipts = await new ArchiveReceipts(deps.store, pipeline).all();
  const merged = await deps.lake.mergedLandings(catalogOfBranch(target), pipeline);
  return listed.map((archive) => {
    const receipt = receipts.get(entryOf(archive));
    return { ...archive, landed: receipt !== undefined, merged: receipt !== undefined && merged.has(receipt.sha256), quarantined: receipt?.quarantined ?? 0 };
  });
}
