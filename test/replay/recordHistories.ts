import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import type { Connection } from '@temporalio/client';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { askLane } from '../../activities/runs/turns';
import { repositoryRoot } from '../../core/repositoryRoot';
import { fakeLake } from '../workflow/support/fakeLake';
import { startEnvironment, withWorkers } from '../workflow/support/environment';

jest.setTimeout(120_000);

const FOLDER = path.join(__dirname, 'histories');

/** Without the traces and names of the machine that recorded it; replay looks at neither. */
function anonymous(history: unknown): unknown {
  return JSON.parse(JSON.stringify(history, (key, value: unknown) => (key === 'stackTrace' ? '' : key === 'identity' ? 'recorder' : value)));
}

/**
 * Records the histories that `replayHistories.test.ts` replays: `make histories VERSION=<version>`, and only from the
 * code of a release: a history recorded from the code under test proves nothing about runs that are under way when it
 * is deployed.
 */
describe('recording histories', () => {
  let environment: TestWorkflowEnvironment;
  beforeAll(async () => {
    if (!process.env.VERSION) throw new Error('expected the version that is recorded, found none: make histories VERSION=0.1.0');
    environment = await startEnvironment();
  });
  afterAll(async () => environment?.teardown());

  function save(workflowId: string, name: string): void {
    const temporal = path.join(repositoryRoot(), '.stack', 'venv', 'bin', 'temporal');
    const { address } = (environment.connection as Connection).options;
    const history = execFileSync(temporal, ['workflow', 'show', '--address', address, '--workflow-id', workflowId, '--output', 'json'], { encoding: 'utf8', maxBuffer: 64 << 20 });
    fs.mkdirSync(FOLDER, { recursive: true });
    fs.writeFileSync(path.join(FOLDER, `${name}_${process.env.VERSION}.json`), `${JSON.stringify(anonymous(JSON.parse(history)))}\n`);
  }

  it('of a run that merges, its lane and its slot pool', async () => {
    const lake = fakeLake(environment.client);
    lake.conflictOnce();
    await withWorkers(environment, lake.activities, async () => {
      const outcome = await askLane(environment.client, { pipeline: 'nem', branch: 'r1', kind: 'operator', requestedBy: 'recording' });
      save(`refine/nem/${outcome.runId}`, 'refineBatch_conflict_then_merged');
      save('lane/nem@r1', 'laneCoordinator_one_run');
      save('slots', 'slotPool_one_lease');
    });
  });

  it('of a run that fails a gate, and the lane it holds', async () => {
    const lake = fakeLake(environment.client);
    lake.failGates('silver');
    await withWorkers(environment, lake.activities, async () => {
      const outcome = await askLane(environment.client, { pipeline: 'nem', branch: 'r2', kind: 'live', requestedBy: 'recording' });
      save(`refine/nem/${outcome.runId}`, 'refineBatch_gate_failed');
      save('lane/nem@r2', 'laneCoordinator_held');
    });
  });

  it('of an interval and a range', async () => {
    const lake = fakeLake(environment.client);
    await withWorkers(environment, lake.activities, async () => {
      await environment.client.workflow.execute('ingestRange', { taskQueue: 'control', workflowId: 'range', args: [{ pipeline: 'nem', from: '2026-01-01T00:00:00Z', to: '2026-01-01T00:10:00Z', branch: 'r3' }] });
      save('range', 'ingestRange_two_intervals');
      save('ingest/nem-2026-01-01T00:00:00Z', 'ingestInterval_one_file');
    });
  });
});
