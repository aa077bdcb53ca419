import { log } from '@temporalio/activity';
import type { Client } from '@temporalio/client';
import { failedBranch, runIdAt, workBranches } from '../../core/ids';
import { DAY_MS } from '../../core/interval';
import type { RunRef } from '../../core/steps';
import { dropBranch } from '../../nessie/branchMoves';
import type { NessieClient } from '../../nessie/client';
import type { Reference } from '../../nessie/model';
import type { Config } from '../../settings/config';
import { findHeldRuns } from './support/runningWorkflows';
import { releaseSlots } from './returnSlot';

export interface CloseRunDeps {
  config: Config;
  nessie: NessieClient;
  client: Client;
}

export function createCloseRun(deps: CloseRunDeps) {
  const { nessie } = deps;
  return {
    /**
     * Returns the slot, drops the branches of the run's attempts and expired failed branches that no hold
     * needs. Safe at any point, and safe to repeat.
     */
    async closeRun(input: RunRef & { holder: string }): Promise<void> {
      await releaseSlots(deps.client, input.holder);
      const leftovers = await nessie.listReferences(workBranches(input.pipeline, input.runId));
      const expired = await expiredBranches(deps, input);
      await Promise.all([...leftovers, ...expired].map((branch) => dropBranch(nessie, branch)));
    },
  };
}

/**
 * Expired failed branches, except those that an operator may still need to decide a hold. The closing run may
 * be about to hold the lane. A run id holds the time of its request, perhaps a long hold before its branch;
 * so the newest commit must be old as well.
 */
async function expiredBranches(deps: CloseRunDeps, { pipeline, runId }: RunRef): Promise<Reference[]> {
  const { nessie, client, config } = deps;
  const oldest_ms = Date.now() - config.FAILED_BRANCH_DAYS * DAY_MS;
  const asked = (await nessie.listReferences(failedBranch(pipeline, ''))).filter(
    ({ name }) => name < failedBranch(pipeline, runIdAt(oldest_ms)),
  );
  const made_ms = await Promise.all(asked.map((branch) => committedAt(nessie, branch)));
  const old = asked.filter(
    ({ name }, index) => name !== failedBranch(pipeline, runId) && made_ms[index]! < oldest_ms,
  );
  return old.length === 0 ? [] : withoutHeld(client, pipeline, old);
}

async function committedAt(nessie: NessieClient, { name, hash }: Reference): Promise<number> {
  const [head] = await nessie.log({ name, hash }, { max: 1 });
  return Date.parse(head?.committed_at ?? '') || 0;
}

/** An unreachable lane keeps all of them until a later run: the closing run must not fail because of them. */
async function withoutHeld(client: Client, pipeline: string, branches: Reference[]): Promise<Reference[]> {
  try {
    const held = (await findHeldRuns(client, pipeline)).map((runId) => failedBranch(pipeline, runId));
    return branches.filter(({ name }) => !held.includes(name));
  } catch (error) {
    log.warn('could not find out which runs hold a lane; keeping failed branches', {
      pipeline,
      branches: branches.map(({ name }) => name),
      error,
    });
    return [];
  }
}
