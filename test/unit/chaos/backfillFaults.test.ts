import { unzipSync } from 'fflate';
import { BULK_RECORDS } from '../../../clients/spark/sizedRunner';
import type { LookalikeSite } from '../../../pipelines/nem/demo/site';
import { fileNameOf, type SiteFile } from '../../../pipelines/nem/demo/siteFile';
import { backfillFaults, BACKFILL_KINDS, type BackfillFault } from '../../chaos/backfill/backfillFaults';
import { daysOfWeek, publishWeek, rangeOf } from '../../chaos/backfill/weeks';
import { daysOf } from '../../chaos/days';
import { describeFault, trialsOf } from '../../chaos/trials';

const SEED = 20261121;

function times(moment: string, isOf: (victim: string) => boolean): number {
  const kills = backfillFaults(SEED).flatMap((fault) => fault.kills);
  return kills.filter((kill) => kill.moment === moment && isOf(kill.victim)).length;
}

/** Data rows of the published files in an archive. */
function rowsIn({ bytes }: SiteFile): number {
  const csvs = Object.values(unzipSync(bytes)).flatMap((zip) => Object.values(unzipSync(zip)));
  return csvs.reduce(
    (sum, csv) => sum + (Buffer.from(csv).toString('latin1').match(/^D,/gm) ?? []).length,
    0,
  );
}

describe('kills of a backfill', () => {
  it('are the same for a seed, and others for another', () => {
    expect(backfillFaults(SEED)).toEqual(backfillFaults(SEED));
    expect(backfillFaults(SEED)).not.toEqual(backfillFaults(SEED + 1));
  });

  it('have the worker at every moment, and the driver in Spark, three times', () => {
    for (const moment of ['staging', 'Spark', 'between chunks'])
      expect([moment, times(moment, (victim) => victim === 'worker') >= 3]).toEqual([moment, true]);
    expect(times('Spark', (victim) => victim.startsWith('spark'))).toBeGreaterThanOrEqual(3);
    expect(new Set(backfillFaults(SEED).map(({ kind }) => kind))).toEqual(new Set(BACKFILL_KINDS));
  });

  it('come after all other trials, on days of their own', () => {
    const trials = trialsOf(SEED);
    expect(trials.slice(220).map(({ fault }) => fault)).toEqual(backfillFaults(SEED));
    const days = trials.flatMap(daysOf);
    expect(new Set(days).size).toBe(days.length);
  });

  it('are told apart by what was killed, and when', () => {
    const fault: BackfillFault = {
      kind: 'backfill killed in Spark',
      kills: [
        { moment: 'Spark', victim: 'spark JVM', step: { name: 'refineTables 2', nth: 2 }, delay_ms: 40 },
        { moment: 'between chunks', victim: 'worker', step: { name: 'chunk 2', nth: 2 }, delay_ms: 1 },
      ],
      week: 0,
    };
    expect(describeFault(fault)).toBe(
      'backfill killed in Spark: spark JVM at refineTables 2 + 40 ms, worker at chunk 2 + 1 ms',
    );
  });

  it('fill three days of a week, the middle one by a Spark process of its own', () => {
    expect(daysOfWeek(1)).toEqual(['2026-03-05', '2026-03-06', '2026-03-07']);
    expect(rangeOf(0, 1)).toEqual({ from: '2026-03-05T00:00:00+10:00', to: '2026-03-15T00:00:00+10:00' });
    const published: SiteFile[] = [];
    const site = { publish: (file: SiteFile) => void published.push(file) } as LookalikeSite;
    publishWeek(site, SEED, 1);
    const names = ['DISPATCHSCADA', 'DISPATCHIS'].flatMap((report) =>
      ['20260305', '20260306', '20260307'].map((day) => `PUBLIC_${report}_${day}.zip`),
    );
    expect(published.map(fileNameOf).sort()).toEqual(names.sort());
    const rows = published.filter(({ path }) => path.endsWith('_20260306.zip')).map(rowsIn);
    expect(rows.reduce((sum, count) => sum + count)).toBeGreaterThan(BULK_RECORDS);
  });
});
