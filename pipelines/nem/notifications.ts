import type { MergeNotice, NotifyPorts } from '../../core/notifications';
import { timeOfTable } from '../../core/pipeline';
import { touchedSql } from '../../core/touched';
import { nem } from './definition';

const TABLE = 'nem_gold.region_interval';

interface ShareMessage {
  region_id: string;
  interval_end_at: string;
  trading_interval: string;
  solar_share: number | null;
}

/** Solar share by interval and region that was published, by NEM day. */
type PublishedShares = Record<string, number | null>;

/**
 * Publishes the solar share of each region and interval that a merge touched, once for each value. The
 * published values are kept in one small document for each NEM day.
 */
export async function notifySolarShares(notice: MergeNotice, ports: NotifyPorts): Promise<number> {
  const shares = await readShares(notice, ports);
  const fresh = await unpublished(shares, ports);
  if (fresh.length === 0) return 0;
  const records = fresh.map((share) => ({
    key: share.region_id,
    value: JSON.stringify({ ...share, merge_hash: notice.mergeHash }),
  }));
  await ports.publish(nem.notifications[0]!, records);
  await remember(fresh, ports);
  return fresh.length;
}

async function readShares({ touched }: MergeNotice, ports: NotifyPorts): Promise<ShareMessage[]> {
  const rows = await ports.query(
    `select region_id, to_iso8601(interval_end_at), cast(trading_interval as varchar), solar_share from ${TABLE}
     where ${touchedSql(touched, timeOfTable({ ...nem, feeds: [] }, TABLE)!)} order by 3, 1`,
  );
  return rows.map(([region, end, interval, share]) => ({
    region_id: String(region),
    interval_end_at: String(end),
    trading_interval: String(interval),
    solar_share: share === null ? null : Number(share),
  }));
}

async function unpublished(shares: ShareMessage[], ports: NotifyPorts): Promise<ShareMessage[]> {
  const published = new Map<string, PublishedShares>();
  for (const day of new Set(shares.map(dayOf))) published.set(day, await publishedOn(day, ports));
  return shares.filter((share) => {
    const values = published.get(dayOf(share))!;
    return !(keyOf(share) in values) || values[keyOf(share)] !== share.solar_share;
  });
}

async function remember(shares: ShareMessage[], ports: NotifyPorts): Promise<void> {
  for (const day of new Set(shares.map(dayOf))) {
    const values = await publishedOn(day, ports);
    for (const share of shares.filter((candidate) => dayOf(candidate) === day))
      values[keyOf(share)] = share.solar_share;
    await ports.keep(day, values);
  }
}

async function publishedOn(day: string, ports: NotifyPorts): Promise<PublishedShares> {
  return ((await ports.recall(day)) ?? {}) as PublishedShares;
}

function dayOf(share: ShareMessage): string {
  return share.trading_interval.slice(0, 10);
}

function keyOf(share: ShareMessage): string {
  return `${share.trading_interval}/${share.region_id}`;
}
