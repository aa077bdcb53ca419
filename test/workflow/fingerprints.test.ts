import fs from 'node:fs';
import path from 'node:path';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { endEnvironment, startEnvironment, withWorkers } from './support/environment';
import { fakeLake } from './support/fakeLake';
import { SCENARIOS, typeOf, WORKFLOW_TYPES } from './support/scenarios';

jest.setTimeout(60_000);

const FILE = path.join(__dirname, 'fingerprints.json');

/**
 * The commands of each workflow, in order, in a standard run. A run in progress when a worker is replaced
 * continues only if the new code issues the same commands: a change here needs `patched()`, or must wait
 * until old runs have ended. Recreate it afterwards with UPDATE_FINGERPRINTS=1.
 */
describe('the command sequence of every workflow', () => {
  const recorded = JSON.parse(fs.readFileSync(FILE, 'utf8')) as Record<string, string[]>;
  const found: Record<string, string[]> = {};
  const failures: Record<string, unknown> = {};
  let environment: TestWorkflowEnvironment;
  beforeAll(async () => {
    environment = await startEnvironment();
    for (const [name, scenario] of Object.entries(SCENARIOS)) {
      const lake = fakeLake(environment.client);
      const id = withWorkers(environment, lake.activities, () =>
        scenario({ client: environment.client, lake }),
      );
      await id
        .then(async (done) => (found[name] = await commandsOf(environment, done)))
        .catch((error: unknown) => (failures[name] = error));
    }
  }, 180_000);
  afterAll(async () => {
    await endEnvironment(environment);
    if (process.env.UPDATE_FINGERPRINTS) fs.writeFileSync(FILE, `${JSON.stringify(found, null, 1)}\n`);
  });

  it('is on record for each', () => {
    expect([...new Set(Object.keys(SCENARIOS).map(typeOf))].sort()).toEqual(WORKFLOW_TYPES);
    if (!process.env.UPDATE_FINGERPRINTS)
      expect(Object.keys(recorded).sort()).toEqual(Object.keys(SCENARIOS).sort());
  });

  it.each(Object.keys(SCENARIOS))('is the one on record: %s', (name) => {
    if (failures[name] !== undefined) throw failures[name];
    if (!process.env.UPDATE_FINGERPRINTS) expect(found[name]).toEqual(recorded[name]);
  });
});

/**
 * Commands as events name them; the pool's leases depend on how many runs there were, so repeats are told
 * once.
 */
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
    if (event.markerRecordedEventAttributes)
      return [`marker ${event.markerRecordedEventAttributes.markerName}`];
    if (event.workflowExecutionUpdateAcceptedEventAttributes) return ['update accepted'];
    return [];
  });
  return workflowId === 'slots' ? [...new Set(commands)] : commands;
}
