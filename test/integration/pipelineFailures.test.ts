import { execFileSync } from 'node:child_process';
import type { Client } from '@temporalio/client';
import { readConfig } from '../../settings/config';
import { NessieClient } from '../../nessie/client';
import type { LookalikeSite } from '../../pipelines/nem/demo/site';
import { getLaneState, getSlotLeases, type SlotLease } from '../../workflows/messages';
import { currents, json, query } from './support/command';
import { forgedScada, withValue } from './support/forge';
import { atSite, loadFleet, mainHash, publish } from './support/market';

jest.setTimeout(600_000);

interface FailedRun {
  status: string;
  run_id: string;
  code: string;
  message: string;
  hint: string;
}

/** Whatever fails or is cancelled: main is untouched, the slot is free, nothing is left running. */
describe('a run that does not end well', () => {
  let site: LookalikeSite;
  let client: Client;
  const config = readConfig();
  const nessie = new NessieClient(config.nessieUrl);
  const leases = (): Promise<SlotLease[]> =>
    client.workflow
      .getHandle('slots')
      .query(getSlotLeases)
      .catch(() => []);

  atSite((opened, connected) => ([site, client] = [opened, connected]));

  it('stops at a gate, keeps its branch and says which expectation failed', async () => {
    const { plan, range } = publish(site, { fromNem: '2026-11-21 09:00', intervals: 1, oddities: [] });
    await loadFleet(plan);
    const coal = plan.units.find((unit) => unit.unit_id.includes('COAL'))!.unit_id;
    site.publish(forgedScada(plan, 0, (csv) => withValue(csv, coal, '-300')));
    const before = await query('select count(*) as n from nem.silver_dispatch_clean');
    const run = await json<FailedRun>(['run', 'nem', ...range]);
    expect(run).toMatchObject({
      code: 1,
      body: {
        status: 'failed',
        code: 'GATE_FAILED',
        message: expect.stringContaining('thermal unit far below zero'),
        hint: expect.stringContaining('runs retry'),
      },
    });
    expect(await query('select count(*) as n from nem.silver_dispatch_clean')).toEqual(before);

    const kept = `failed/nem/${run.body.run_id}`;
    expect((await nessie.getReference(kept)).type).toBe('BRANCH');
    const evidence = await query(
      `select count(*) as n from nem_ops.gate_results where run_id = '${run.body.run_id}' ` +
        "and not success and severity = 'critical'",
    );
    expect(Number(evidence[0]!.n)).toBeGreaterThan(0);
    expect(await leases()).toEqual([]);
    const lane = await client.workflow.getHandle('lane/nem').query(getLaneState);
    expect(lane.held).toMatchObject({ runId: run.body.run_id, failedBranch: kept });
  });

  it('lets an operator override the gate, and the reason stands in the merge commit', async () => {
    const { held } = await client.workflow.getHandle('lane/nem').query(getLaneState);
    const overridden = await currents([
      'runs',
      'override',
      held!.runId,
      '--reason',
      'house load confirmed by the station',
    ]);
    expect({ code: overridden.code, stderr: overridden.code === 0 ? '' : overridden.stderr }).toEqual({
      code: 0,
      stderr: '',
    });
    const [merge] = await nessie.log({ name: 'main' }, { max: 1 });
    expect(merge!.properties).toMatchObject({
      'currents.gates': 'overridden',
      'currents.override-reason': 'house load confirmed by the station',
    });
    expect((await client.workflow.getHandle('lane/nem').query(getLaneState)).held).toBeNull();
  });

  const cancelled = { fromNem: '2026-11-21 10:00', intervals: 1, oddities: [] };

  // Of one interval: that the second run gets as far as dbt shows that the first has left nothing in its way.
  it.each([
    ['in the middle of Spark', 'refineTables', 'spark/submit'],
    ['in the middle of dbt', 'buildGold', '/dbt '],
  ])('leaves nothing behind when cancelled %s', async (_, activity, processName) => {
    const { range } = publish(site, cancelled);
    const before = await mainHash();
    const running = json<FailedRun>(['run', 'nem', ...range]);
    const runId = await cancelDuring(activity);
    expect(await running).toMatchObject({ code: 1, body: { status: 'failed' } });
    expect(await mainHash()).toBe(before);
    expect(await leases()).toEqual([]);
    expect(await nessie.listReferences(`work/nem/${runId}/`)).toEqual([]);
    expect(processesNamed(processName)).toEqual([]);
    expect((await (await fetch(`${config.sparkDriverUrl}/health`)).json()) as object).toMatchObject({
      busy: false,
    });
  });

  it('merges what cancelled runs were about when asked again', async () => {
    const { range } = publish(site, cancelled);
    expect(await json<FailedRun>(['run', 'nem', ...range])).toMatchObject({
      code: 0,
      body: { status: 'merged' },
    });
  });

  it('works on a branch of its own, shows what changed there, and promotes it in one step', async () => {
    const branch = 'try_it';
    const created = await currents(['branch', 'create', branch]);
    expect({ code: created.code, stderr: created.code === 0 ? '' : created.stderr }).toEqual({
      code: 0,
      stderr: '',
    });
    const { range } = publish(site, { fromNem: '2026-11-21 11:00', intervals: 1, oddities: [] });
    const run = await json<FailedRun>(['run', 'nem', ...range], { NESSIE_BRANCH: branch });
    expect(run).toMatchObject({ code: 0, body: { status: 'merged', branch } });
    const count =
      "select count(*) as n from nem.silver_dispatch_clean where trading_interval = timestamp '2026-11-21 11:05:00'";
    expect(await query(count)).toEqual([{ n: 0 }]);
    expect(Number((await query(count, { NESSIE_BRANCH: branch }))[0]!.n)).toBeGreaterThan(400);

    const diff = await json<{ table: string; rows_before: number; rows_after: number }[]>([
      'branch',
      'diff',
      branch,
    ]);
    const silver = diff.body.find(({ table }) => table === 'nem.silver_dispatch_clean')!;
    expect(silver.rows_after).toBeGreaterThan(silver.rows_before);
    expect((await currents(['branch', 'promote', branch])).code).toBe(0);
    expect(Number((await query(count))[0]!.n)).toBeGreaterThan(400);
    expect((await currents(['branch', 'drop', branch])).code).toBe(0);
  });

  /** Cancels the refine run as soon as its activity has begun, and returns its run id. */
  async function cancelDuring(activity: string): Promise<string> {
    for (let tries = 0; tries < 600; tries += 1) {
      for await (const { workflowId } of client.workflow.list({
        query: "WorkflowType = 'refineBatch' and ExecutionStatus = 'Running'",
      })) {
        const { raw } = await client.workflow.getHandle(workflowId).describe();
        const isThere = raw.pendingActivities?.some(
          ({ activityType, lastHeartbeatTime }) => activityType?.name === activity && lastHeartbeatTime,
        );
        if (!isThere) continue;
        await client.workflow.getHandle(workflowId).cancel();
        return workflowId.split('/').at(-1)!;
      }
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    throw new Error(`expected ${activity} to begin within two minutes, it did not`);
  }
});

/** Command lines of running processes of this stack that hold the text. */
function processesNamed(text: string): string[] {
  const lines = execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' }).split('\n');
  return lines.filter((line) => line.includes(text) && line.includes(process.env.CURRENTS_HOME!));
}
