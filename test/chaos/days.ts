import { daysOfWeek } from './backfill/weeks';
import { isBackfillFault } from './backfill/backfillFaults';
import { dayOf } from './market';
import type { Trial } from './trials';

/** Market days of a trial, `YYYY-MM-DD`. No two trials share one. */
export function daysOf({ number, fault }: Pick<Trial, 'number' | 'fault'>): string[] {
  return isBackfillFault(fault) ? daysOfWeek(fault.week) : [dayOf(number)];
}
