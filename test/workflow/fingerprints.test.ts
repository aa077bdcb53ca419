import fs from 'node:fs';
import path from 'node:path';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { askLane } from '../../activities/runs/turns';
import type { TurnRequest } from '../../core/lane';
import { startEnvironment, withWorkers } from './support/environment';
import { fakeLake, type FakeLake } from './support/fakeLake';

jest.setTimeout(120_000);

const FILE = path.join(__dirname, 'fingerprints.json');
type Scenario = (lake: FakeLake) => Promise<string>;

/**
 * What each workflow asks of the server, in order, in a standard run. A run that is under way when a worker is replaced goes on only if
 * the new code asks for the same: a change here needs `patched()`, or must wait until old runs have ended. Made anew, once
 * that is settled, with UPDATE_FINGERPRINTS=1.
 */
describe('the command sequence of every workflow', () => {
  let environment: TestWorkflowEnvironment;
  beforeAll(async () => {
    environment = await startEnvironment();
  });
  afterAll(async () => environment?.teardown());

  const lane = (request: Partial<TurnRequest>) => askLane(environment.client, { pipeline: 'nem', requestedBy: 'fingerprint', ...request });
  const run = async (type: string, workflowId: string, input: object): Promise<string> => {
    const handle = await environment.client.workflow.start(type, { taskQueue: 'control', workflowId, args: [{ pipeline: 'nem', ...input }] });
    await handle.result();
    return workflowId;
  };

  const SCENARIOS: Record<string, Scenario> = {
    'refineBatch: merged': async () => `refine/nem/${(await lane({ kind: 'operator' })).runId}`,
    'refineBatch: gate failed': async (lake) => {
      lake.failGates('silver');
      return `refine/nem/${(await lane({ kind: 'live', branch: 'f1' })).runId}`;
    },
    'refineBatch: conflict': async (lake) => {
      lake.conflictOnce();
      return `refine/nem/${(await lane({ kind: 'operator', branch: 'f2' })).runId}`;
    },
    'refineBatch: landing': async () => `refine/nem/${(await lane({ kind: 'backfill', landing: { manifestUri: 's3://x', records: 1 } })).runId}`,
    'refineBatch: gold only': async () => `refine/nem/${(await lane({ kind: 'operator', goldOnly: true })).runId}`,
    'maintainTables: rewritten': async () => `refine/nem/${(await lane({ kind: 'upkeep', upkeep: {} })).runId}`,
    'maintainTables: tidy': async (lake) => {
      lake.isTidy = true;
      return `refine/nem/${(await lane({ kind: 'upkeep', upkeep: {} })).runId}`;
    },
    'maintainLake': () => run('maintainLake', 'fp-maintain', {}),
    'loadMetadata': () => run('loadMetadata', 'fp-metadata', {}),
    'ingestInterval': () => run('ingestInterval', 'fp-interval', { intervalStart: '2026-01-01T00:00:00Z', refine: false }),
    'ingestRange': () => run('ingestRange', 'fp-range', { from: '2026-01-01T00:10:00Z', to: '2026-01-01T00:15:00Z' }),
    'backfillRange': () => run('backfillRange', 'fp-backfill', { from: '2026-01-01', to: '2026-01-02', concurrency: 1 }),
    'slotPool': async () => 'slots',
  };

  it('is the one on record', async () => {
    const found: Record<string, string[]> = {};
    for (const [name, scenario] of Object.entries(SCENARIOS)) {
      const lake = fakeLake(environment.client);
      found[name] = await withWorkers(environment, lake.activities, async () => commandsOf(environment, await scenario(lake)));
    }
    if (process.env.UPDATE_FINGERPRINTS) fs.writeFileSync(FILE, `${JSON.stringify(found, null, 1)}\n`);
    expect(found).toEqual(JSON.parse(fs.readFileSync(FILE, 'utf8')));
  });
});

/** Commands as events name them; the pool's leases depend on how many runs there were, so repeats are told once. */
async function commandsOf(environment: TestWorkflowEnvironment, workflowId: string): Promise<string[]> {
  const { events } = await environment.client.workflow.getHandle(workflowId).fetchHistory();
  const commands = (events ?? []).flatMap((event) => {
    const activity = event.activityTaskScheduledEventAttributes;
    const child = event.startChildWorkflowExecutionInitiatedEventAttributes;
    if (activity) return [`activity ${activity.activityType?.name} on ${activity.taskQueue?.name}`];
    if (child) return [`child ${child.workflowType?.name}`];
    if (event.timerStartedEventAttributes) return ['timer'];
    if (event.upsertWorkflowSearchAttributesEventAttributes) return ['search attributes'];
    if (event.workflowPropertiesModifiedEventAttributes) return ['memo'];
    if (event.markerRecordedEventAttributes) return [`marker ${event.markerRecordedEventAttributes.markerName}`];
    if (event.workflowExecutionUpdateAcceptedEventAttributes) return ['update accepted'];
    return [];
  });
  return workflowId === 'slots' ? [...new Set(commands)] : commands;
}
