import { catalogOfBranch, MAIN_BRANCH } from '../../core/ids';
import type { TableCounts } from '../../core/runs';
import type { AuditResult, RunRef, Window } from '../../core/steps';
import { pipelineNamed } from '../../pipelines/registry';
import type { TrinoClient } from '../../trino/client';
import type { KafkaPort } from '../../clients/kafka/kafka';
import type { ObjectStore } from '../../clients/s3/objectStore';
import { Freshness, type FreshnessDeps } from './freshness';

export interface AnnounceDeps extends FreshnessDeps {
  trino: TrinoClient;
  kafka: KafkaPort;
  store: ObjectStore;
}

export interface AnnounceInput extends RunRef {
  window: Window | null;
  counts: TableCounts[];
  mergeHash: string;
  audits: AuditResult[];
}

interface ShareMessage {
  region_id: string;
  interval_end_at: string;
  trading_interval: string;
  solar_share: number | null;
}

export function createAnnounceActivities(deps: AnnounceDeps) {
  const freshness = new Freshness(deps);
  return {
    /**
     * Tells the world of a merge: solar share per region and interval to the pipeline's output topic, once
     * per interval and value, and the counters. What was said is remembered in S3, so that a repeat says
     * nothing.
     */
    async announceRun(input: AnnounceInput): Promise<{ messages: number }> {
      deps.metrics.countRun(input.pipeline, 'merged', input.counts, input.audits);
      if (!input.window || input.branch !== MAIN_BRANCH) return { messages: 0 };
      await freshness.raise(input.pipeline, input.counts);
      const shares = await readShares(deps.trino, catalogOfBranch(input.branch), input.window);
      const [outputTopic] = pipelineNamed(input.pipeline).notifications;
      if (outputTopic === undefined) return { messages: 0 };
      const fresh = await unsaid(deps.store, input.pipeline, shares);
      if (fresh.length === 0) return { messages: 0 };
      await deps.kafka.ensureTopics([outputTopic]);
      const records = fresh.map((share) => ({
        key: share.region_id,
        value: JSON.stringify({ ...share, merge_hash: input.mergeHash }),
      }));
      await deps.kafka.publish([{ topic: outputTopic, records }]);
      await remember(deps.store, input.pipeline, fresh);
      return { messages: fresh.length };
    },
  };
}

async function readShares(trino: TrinoClient, catalog: string, window: Window): Promise<ShareMessage[]> {
  const { rows } = await trino.runQuery(
    `select region_id, to_iso8601(interval_end_at), cast(trading_interval as varchar), solar_share from nem_gold.region_interval
     where trading_date between date(timestamp '${window.from}' - interval '4' hour - interval '5' minute) and date(timestamp '${window.to}')
       and trading_interval between timestamp '${window.from}' and timestamp '${window.to}' order by 3, 1`,
    { catalog },
  );
  return rows.map(([region, end, interval, share]) => ({
    region_id: String(region),
    interval_end_at: String(end),
    trading_interval: String(interval),
    solar_share: share === null ? null : Number(share),
  }));
}

/** One small document per NEM day holds the values already announced, by interval and region. */
async function unsaid(store: ObjectStore, pipeline: string, shares: ShareMessage[]): Promise<ShareMessage[]> {
  const said = new Map<string, Record<string, number | null>>();
  for (const day of new Set(shares.map(dayOf))) said.set(day, await readSaid(store, pipeline, day));
  return shares.filter((share) => {
    const values = said.get(dayOf(share))!;
    return !(keyOf(share) in values) || values[keyOf(share)] !== share.solar_share;
  });
}

async function remember(store: ObjectStore, pipeline: string, shares: ShareMessage[]): Promise<void> {
  for (const day of new Set(shares.map(dayOf))) {
    const values = await readSaid(store, pipeline, day);
    for (const share of shares.filter((candidate) => dayOf(candidate) === day))
      values[keyOf(share)] = share.solar_share;
    await store.put(saidKey(pipeline, day), JSON.stringify(values));
  }
}

async function readSaid(
  store: ObjectStore,
  pipeline: string,
  day: string,
): Promise<Record<string, number | null>> {
  const [found] = await store.list(saidKey(pipeline, day));
  return found
    ? (JSON.parse((await store.get(found.key)).toString('utf8')) as Record<string, number | null>)
    : {};
}

function saidKey(pipeline: string, day: string): string {
  return `announced/${pipeline}/${day}.json`;
}

function dayOf(share: ShareMessage): string {
  return share.trading_interval.slice(0, 10);
}

function keyOf(share: ShareMessage): string {
  return `${share.trading_interval}/${share.region_id}`;
}
