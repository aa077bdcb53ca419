import { backfillFaults, BACKFILL_KINDS, type BackfillFault } from '../../chaos/backfill/backfillFaults';
import { daysOfWeek, rangeOf } from '../../chaos/backfill/weeks';
import { daysOf } from '../../chaos/days';
import { describeFault, trialsOf } from '../../chaos/trials';

const SEED = 20261121;

function times(kind: string, isOf: (victim: string) => boolean): number {
  return backfillFaults(SEED).filter((fault) => fault.kind === kind && isOf(fault.victim)).length;
}

describe('kills of a backfill', () => {
  it('are the same for a seed, and others for another', () => {
    expect(backfillFaults(SEED)).toEqual(backfillFaults(SEED));
    expect(backfillFaults(SEED)).not.toEqual(backfillFaults(SEED + 1));
  });

  it('have the worker at every moment, and the driver in Spark, three times', () => {
    expect(BACKFILL_KINDS.map((kind) => times(kind, (victim) => victim === 'worker'))).toEqual([3, 3, 3]);
    expect(times('backfill killed in Spark', (victim) => victim.startsWith('spark'))).toBe(3);
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
      victim: 'spark JVM',
      step: { name: 'refineTables 2', nth: 2 },
      delay_ms: 40,
      week: 0,
    };
    expect(describeFault(fault)).toBe('backfill killed in Spark: spark JVM at refineTables 2 + 40 ms');
  });

  it('fill three days that begin with a week of rooftop archives', () => {
    expect(daysOfWeek(1)).toEqual(['2026-03-05', '2026-03-06', '2026-03-07']);
    expect(new Date('2026-03-05').getUTCDay()).toBe(4);
    expect(rangeOf(0, 1)).toEqual({ from: '2026-03-05T00:00:00+10:00', to: '2026-03-15T00:00:00+10:00' });
  });
});
