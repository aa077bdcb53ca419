import { WorkflowIdConflictPolicy, type Client } from '@temporalio/client';
import path from 'node:path';
import { KafkaJsPort } from '../../clients/kafka/kafka';
import { TASK_QUEUES } from '../../core/ids';
import type { Config } from '../../settings/config';
import { repositoryRoot } from '../../settings/repositoryRoot';
import type { TrinoClient } from '../../trino/client';
import { publishEvents, toyEvents } from '../toyEvents';
import type { Trial } from './trials';

/** Folder of the second pipeline on the disturbed lake: devices' events, straight from a topic. */
export const TENANT_FOLDERS = path.join(repositoryRoot(), 'test', 'pipelines');
export const TOY_TOPICS = ['toy_events', 'toy_events.dlq'];

const EVENTS_A_TRIAL = 300;

const eventsOf = ({ number }: Pick<Trial, 'number'>): ReturnType<typeof toyEvents> =>
  toyEvents(number, EVENTS_A_TRIAL);

/** Publishes a trial's events, before anything is disturbed. */
export async function publishToyTrial(stack: { config: Pick<Config, 'ports'> }, trial: Trial): Promise<void> {
  const kafka = new KafkaJsPort([`127.0.0.1:${stack.config.ports.kafka}`]);
  try {
    await publishEvents(kafka, eventsOf(trial));
  } finally {
    await kafka.close();
  }
}

/** Asks a tenant's lane for a run beside the market's. */
export async function startTenantRun(client: Client, pipeline: string, workflowId: string): Promise<void> {
  await client.workflow.start('refineBatch', {
    workflowId,
    taskQueue: TASK_QUEUES.control,
    workflowIdConflictPolicy: WorkflowIdConflictPolicy.USE_EXISTING,
    args: [{ pipeline, kind: 'operator' }],
  });
}

/** One line where the trial's events are not all there, each once, and its two bad records beside them. */
export async function toyDifferences(trino: TrinoClient, trial: Trial): Promise<string[]> {
  const sequences = eventsOf(trial).map(({ sequence }) => sequence);
  const [first, last] = [sequences[0]!, sequences.at(-1)!];
  const { rows } = await trino.runQuery(`
    select (select count(*) from toy.bronze_events where sequence between ${first} and ${last}),
           (select count(*) from toy.silver_events where sequence between ${first} and ${last}),
           (select sum(sequence) from toy.silver_events where sequence between ${first} and ${last}),
           (select count(*) from toy_ops.dead_letters
             where payload = 'no JSON ${first}' or payload like '%"sequence":${first}}')`);
  const sum = sequences.reduce((total, sequence) => total + sequence, 0);
  const expected = [sequences.length, sequences.length, sum, 2];
  const found = rows[0]!.map(Number);
  return JSON.stringify(found) === JSON.stringify(expected)
    ? []
    : [`toy: expected bronze, silver, sum and dead letters ${expected.join()}, found ${found.join()}`];
}
