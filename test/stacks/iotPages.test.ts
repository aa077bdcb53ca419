import type { WorkflowHandle } from '@temporalio/client';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { featureBranchWorkflowId, TASK_QUEUES } from '../../core/ids';
import { NessieClient } from '../../nessie/client';
import { readConfig } from '../../settings/config';
import { readState } from '../../stack/stateFile';
import { TrinoClient } from '../../trino/client';
import { connectClient } from '../../workers/connectClient';
import type { FeatureBranchState } from '../../workflows/featureBranchState';
import { getFeatureBranch, promoteBranch } from '../../workflows/messages';
import { currents, json } from '../integration/support/command';
import { commandsOf, PageShell } from './support/pageCommands';

jest.setTimeout(240_000);

const README = commandsOf('docs/pipelines/iot/README.md');
const BRANCHES = commandsOf('docs/pipelines/iot/branch-testing.md');

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'currents-iot-pages-'));
const portBase = Number(process.env.CURRENTS_PORT_BASE) + 900;
const own: Record<string, string> = {
  CURRENTS_HOME: path.join(folder, 'home'),
  CURRENTS_PORT_BASE: String(portBase),
  CURRENTS_PIPELINES: 'iot',
};
const config = readConfig({ ...process.env, ...own });
const nessie = new NessieClient(config.nessieUrl);
// Without the recording proxy: curl would ask it for addresses of this machine.
const shell = new PageShell(folder, portBase, { ...process.env, ...own });

async function rowsOn(catalog: string): Promise<number> {
  const trino = new TrinoClient({ server: config.trinoUrl, user: 'analyst', source: 'pages', catalog });
  return Number((await trino.runQuery('select count(*) from iot.bronze_telemetry')).rows[0]![0]);
}

async function branchNames(): Promise<string[]> {
  return (await nessie.listReferences()).map(({ name }) => name).filter((name) => name.includes('branch'));
}

/** Asks again while no worker is there to answer. */
async function untilState(
  branch: WorkflowHandle,
  holds: (state: FeatureBranchState) => boolean,
): Promise<FeatureBranchState> {
  for (;;) {
    const state = await branch.query(getFeatureBranch).catch(() => undefined);
    if (state && holds(state)) return state;
    await pause(250);
  }
}

/** Types one section of a page, all of its lines. */
function type(page: Map<string, string>, section: string): Promise<string> {
  const commands = page.get(section);
  if (!commands) throw new Error(`expected commands under "${section}", found none`);
  return shell.type(commands);
}

/** The tests of this file build on one another. */
describe('the pages of telemetry, typed as they stand', () => {
  afterAll(async () => {
    await currents(['down', '--volumes', '--yes'], own);
    fs.rmSync(folder, { recursive: true, force: true });
  });

  it('start the stack, send records, run the pipeline and ask for them', async () => {
    expect(await type(README, 'Start')).toContain('Trino');
    const output = await type(README, 'Produce, run, query');
    expect(output).toContain('merged into main');
    expect(output).toContain('SIM-');
  });

  it("read the topic with Kafka's own tools: keys, places, headers and payloads", async () => {
    const output = await type(README, "Read the topic with Kafka's own tools");
    expect(output).toContain('PartitionCount: 3');
    const ends = [...output.matchAll(/^iot-telemetry:\d:(\d+)$/gm)].map(([, end]) => Number(end));
    expect(ends).toHaveLength(3);
    expect(ends.reduce((sum, end) => sum + end, 0)).toBe(2_000);
    const records = output.split('\n').filter((line) => line.startsWith('Partition:'));
    expect(records).toHaveLength(5);
    for (const record of records)
      expect(record).toMatch(/^Partition:\d\tOffset:\d+\t.*currents\.simulated:.*\tSIM-\S+\t./);
  });

  it("make branches by both versions of Nessie's API, at main's commit", async () => {
    await type(BRANCHES, "Make a branch by Nessie's REST API");
    const main = await nessie.getReference('main');
    for (const name of ['feature-branch', 'other-branch'])
      expect(await nessie.getReference(name)).toMatchObject({ type: 'BRANCH', hash: main.hash });
  });

  it('run the pipeline on the branch, and leave main untouched', async () => {
    const before = await nessie.getReference('main');
    expect(await type(BRANCHES, 'Run the pipeline on it')).toContain('merged into feature-branch');
    expect(await nessie.getReference('main')).toEqual(before);
  });

  it('compare it with main by tables, counts and rows', async () => {
    const output = await type(BRANCHES, 'Compare');
    expect(output).toMatch(/iot\.bronze_telemetry +changed/);
    const [branch, main] = [await rowsOn('branch_feature_branch'), await rowsOn('lake')];
    expect(branch).toBeGreaterThan(main);
    expect(output.match(/^\d+$/gm)).toEqual([String(branch), String(main)]);
  });

  it('merge it in one step, and drop branches by the command line and by the API', async () => {
    const wanted = await rowsOn('branch_feature_branch');
    expect(await type(BRANCHES, 'Merge, or drop')).toContain('promoted feature-branch');
    expect(await rowsOn('lake')).toBe(wanted);
    expect(await branchNames()).toEqual([]);
    const { body } = await json<{ status: string }>(['run', 'iot'], own);
    expect(body.status).toBe('nothing_new');
  });

  it('do all of it by one workflow', async () => {
    const before = await rowsOn('lake');
    const output = await type(BRANCHES, 'The same as one workflow');
    expect(output).toContain('iot.bronze_telemetry');
    expect(await rowsOn('lake')).toBe(before + 500);
    await expect(nessie.getReference('telemetry-test')).rejects.toMatchObject({
      code: 'NESSIE_REFERENCE_NOT_FOUND',
    });
  });

  it('continue when the worker is killed during the run of the workflow', async () => {
    const before = await rowsOn('lake');
    await shell.type('npx currents produce iot --scenario valid --rate 100 --duration 2 --seed 13');
    const { client, connection } = await connectClient(config);
    try {
      const branch = await client.workflow.start('featureBranch', {
        taskQueue: TASK_QUEUES.control,
        workflowId: featureBranchWorkflowId('killed'),
        args: [{ branch: 'killed', pipeline: 'iot' }],
      });
      await untilState(branch, ({ busy }) => busy === 'run');
      await pause(3_000);
      process.kill(readState(config.home)!.services.worker!.pid, 'SIGKILL');
      const open = await untilState(branch, ({ changes, busy }) => changes !== null && busy === null);
      expect(open.runs).toEqual([expect.objectContaining({ status: 'merged', records: 200 })]);
      expect(await rowsOn('lake')).toBe(before);
      await branch.executeUpdate(promoteBranch, { args: [{}] });
      expect(await branch.result()).toMatchObject({ status: 'promoted' });
    } finally {
      await connection.close();
    }
    expect(await rowsOn('lake')).toBe(before + 200);
  });

  it('say what happens when main has changed the same tables, and without a hash', async () => {
    await shell.type(
      'npx currents branch create late\nnpx currents produce iot --scenario valid --rate 100 --duration 2\n' +
        'npx currents run iot\nNESSIE_BRANCH=late npx currents run iot',
    );
    const main = await nessie.getReference('main');
    expect((await currents(['branch', 'promote', 'late'], own)).stderr).toContain('BRANCH_CONFLICT');
    const withoutHash =
      'curl -sf -X POST "$NESSIE/v1/trees/tree" -H "Content-Type: application/json" ' +
      `-d '{"type": "BRANCH", "name": "empty"}'`;
    await expect(shell.type(withoutHash)).rejects.toThrow('expected exit 0, found 22');
    expect(await nessie.getReference('main')).toEqual(main);
  });
});
