import type { BackfillPlan, BackfillSettings, KnownArchive, ReportDay } from '../../../core/backfill';
import { planBackfill } from '../../../core/backfillPlan';
import { catalogOfBranch } from '../../../core/ids';
import { DAY_MS, isoSeconds } from '../../../core/interval';
import { filesIntake, type CompletenessRule, type PipelineClock } from '../../../core/pipeline';
import { stampOf } from '../../../core/touched';
import type { ArchiveFile, Source } from '../../../core/source';
import { pipelineNamed } from '../../../pipelines/registry';
import type { LakeReader } from '../../../clients/lake/lakeReader';
import type { ObjectStore } from '../../../clients/s3/objectStore';
import type { Landing } from '../../ingest/landing';
import { ArchiveReceipts, entryOf } from '../archiveReceipts';
import { BlockedArchives } from './blockedArchives';
import { newestFiles, stretchesOf, type NewestFile } from './newestFiles';

export interface ComparisonDeps {
  store: ObjectStore;
  lake: LakeReader;
  sourceOf(pipeline: string): Source;
  landingOf(pipeline: string): Landing;
  signal(): AbortSignal;
}

/** Compares lake, ledger, receipts and the source's listings over a range. Reads only. */
export async function makePlan(deps: ComparisonDeps, settings: BackfillSettings): Promise<BackfillPlan> {
  const { pipeline, from, to } = settings;
  filesIntake(pipelineNamed(pipeline), 'be filled from archives');
  const days = await reportDays(deps, settings);
  const isComplete =
    settings.mode === 'missing' && days.every(({ expected, present }) => present >= expected);
  const listed = isComplete
    ? []
    : await deps.sourceOf(pipeline).listArchives({ start: from, end: to }, deps.signal());
  return planBackfill(settings, days, await knownArchives(deps, settings, listed));
}

async function reportDays(deps: ComparisonDeps, settings: BackfillSettings): Promise<ReportDay[]> {
  const { completeness: rules, time } = pipelineNamed(settings.pipeline);
  const days = (await Promise.all(rules.map((rule) => daysOf(deps, settings, rule, time)))).flat();
  const incomplete = days.filter(({ expected, present }) => settings.mode === 'all' || present < expected);
  if (incomplete.length === 0) return days;
  const range = {
    start: incomplete.map(({ from }) => from).sort()[0]!,
    end: incomplete
      .map(({ to }) => to)
      .sort()
      .at(-1)!,
  };
  const { files } = await deps
    .sourceOf(settings.pipeline)
    .listFiles({ range, lookBack_ms: 0, since_ms: 0 }, deps.signal());
  const newest = await newestFiles(files, deps.landingOf(settings.pipeline));
  for (const day of incomplete) Object.assign(day, await listedOf(deps, settings, day, newest));
  return days;
}

async function daysOf(
  { lake }: ComparisonDeps,
  settings: BackfillSettings,
  rule: CompletenessRule,
  time: PipelineClock,
): Promise<ReportDay[]> {
  const [from_ms, to_ms] = [Date.parse(settings.from), Date.parse(settings.to)];
  const present = await lake.intervalsByDay(
    catalogOfBranch(settings.target),
    pipelineNamed(settings.pipeline),
    rule,
    settings,
  );
  return dayStarts(from_ms, to_ms, time.utcOffset_ms).map((day_ms): ReportDay => {
    const [start_ms, end_ms] = [Math.max(day_ms, from_ms), Math.min(day_ms + DAY_MS, to_ms)];
    // An interval counts once it has ended: the newest one may not be published yet.
    const expected = Math.max(0, Math.floor((Math.min(end_ms, Date.now()) - start_ms) / rule.step_ms));
    return {
      report: rule.report,
      from: isoSeconds(start_ms),
      to: isoSeconds(end_ms),
      expected,
      present: present.get(stampOf(day_ms, time.utcOffset_ms).slice(0, 10)) ?? 0,
      unseen: null,
      awaited: 0,
    };
  });
}

/** Days of the source's clock that a range touches. */
function dayStarts(from_ms: number, to_ms: number, utcOffset_ms: number): number[] {
  const first_ms = Math.floor((from_ms + utcOffset_ms) / DAY_MS) * DAY_MS - utcOffset_ms;
  const count = Math.max(0, Math.ceil((to_ms - first_ms) / DAY_MS));
  return Array.from({ length: count }, (_, index) => first_ms + index * DAY_MS);
}

/**
 * Files of a day in the newest listing. The lake is queried once for each unbroken range of listed intervals:
 * usually one.
 */
async function listedOf(
  { lake }: ComparisonDeps,
  { pipeline, target }: BackfillSettings,
  day: ReportDay,
  newest: NewestFile[],
): Promise<Pick<ReportDay, 'unseen' | 'awaited'>> {
  const definition = pipelineNamed(pipeline);
  const rule = definition.completeness.find(({ report }) => report === day.report)!;
  const files = newest.filter(
    ({ report, end_ms }) =>
      report === day.report && end_ms > Date.parse(day.from) && end_ms <= Date.parse(day.to),
  );
  let awaited = 0;
  for (const { from_ms, to_ms, intervals } of stretchesOf(files, rule.step_ms)) {
    const present = await lake.intervalsByDay(catalogOfBranch(target), definition, rule, {
      from: isoSeconds(from_ms),
      to: isoSeconds(to_ms),
    });
    awaited += Math.max(0, intervals - [...present.values()].reduce((sum, count) => sum + count, 0));
  }
  return { unseen: unseenOf(files, filesIntake(definition, 'be filled from archives').step_ms), awaited };
}

/** In steps of the pipeline, not of the report: that is how an interval's ingest asks for files. */
function unseenOf(files: NewestFile[], step_ms: number): ReportDay['unseen'] {
  const ends_ms = files.filter(({ isSeen }) => !isSeen).map(({ end_ms }) => end_ms);
  return ends_ms.length === 0
    ? null
    : { start: isoSeconds(Math.min(...ends_ms) - step_ms), end: isoSeconds(Math.max(...ends_ms)) };
}

async function knownArchives(
  deps: ComparisonDeps,
  { pipeline, target }: BackfillSettings,
  listed: ArchiveFile[],
): Promise<KnownArchive[]> {
  const receipts = await new ArchiveReceipts(deps.store, pipeline).all();
  const blocked = await new BlockedArchives(deps.store, pipeline).all();
  const merged = await deps.lake.mergedLandings(catalogOfBranch(target), pipeline);
  return listed.map((archive) => {
    const receipt = receipts.get(entryOf(archive));
    const has = (checksums: Set<string>): boolean => receipt !== undefined && checksums.has(receipt.sha256);
    return {
      ...archive,
      landed: receipt !== undefined,
      merged: has(merged),
      quarantined: receipt?.quarantined ?? 0,
      blocked: has(blocked),
    };
  });
}
