import type { Client } from '@temporalio/client';
import type { ObjectStore } from '../../clients/s3/objectStore';
import { DAY_MS } from '../../core/interval';
import type { Config } from '../../settings/config';
import { isAnyRunning } from '../runs/support/runningWorkflows';
import type { Removal, RemovalInput } from './removeUnreferenced';
import { removeAll } from './support/removeAll';

export interface RemoveExpiredDeps {
  config: Config;
  client: Client;
  store: ObjectStore;
}

/** Those that make and read staged rows and bulk plans. */
const STAGING_WORKFLOWS = ['backfillRange', 'reloadLanding'];

export function createRemoveExpired(deps: RemoveExpiredDeps) {
  return {
    /**
     * Removes expired objects: staged rows and bulk plans (STAGED_DAYS), which can be rebuilt, and documents
     * of gates (GATE_DAYS). Landing itself is kept unless LANDING_DAYS says otherwise. Nothing staged is
     * removed while a backfill or a reload runs: after a pause longer than STAGED_DAYS it still needs its
     * plan, and it trusts rows that another has staged. A repeat finds what is left.
     */
    async removeExpired({
      pipeline,
      remove = deps.config.UPKEEP_REMOVE,
    }: RemovalInput & { pipeline: string }): Promise<Pick<Removal, 'removed' | 'files' | 'bytes'>> {
      const { STAGED_DAYS, GATE_DAYS, LANDING_DAYS } = deps.config;
      const staged_days = (await isAnyRunning(deps.client, STAGING_WORKFLOWS)) ? undefined : STAGED_DAYS;
      const classes: [string, number | undefined][] = [
        ['staged', staged_days],
        ['bulk', staged_days],
        ['gates', GATE_DAYS],
        ['receipts', LANDING_DAYS],
        ['landing', LANDING_DAYS],
      ];
      const expired: { key: string; bytes: number }[] = [];
      for (const [prefix, keep_days] of classes) {
        if (keep_days === undefined) continue;
        const found = await deps.store.list(`${prefix}/${pipeline}/`);
        expired.push(...found.filter(({ modified_ms }) => modified_ms < Date.now() - keep_days * DAY_MS));
      }
      if (remove) await removeAll(deps.store, expired);
      return {
        removed: remove,
        files: expired.length,
        bytes: expired.reduce((sum, { bytes }) => sum + bytes, 0),
      };
    },
  };
}
