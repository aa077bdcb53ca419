import type { Client } from '@temporalio/client';
import { KafkaJsPort } from '../../clients/kafka/kafka';
import { ObjectStore } from '../../clients/s3/objectStore';
import { inputTopics } from '../../core/pipeline';
import { NessieClient } from '../../nessie/client';
import { pipelineNamed } from '../../pipelines/registry';
import type { TrinoClient } from '../../trino/client';
import { getLaneState, getSlotLeases } from '../../workflows/messages';
import { strayProcesses } from './ownProcesses';
import { TOY_TOPICS } from './secondTenant';
import type { StackUnderTest } from './stackUnderTest';
import { TELEMETRY_TOPICS } from './telemetryTenant';

export interface Outside {
  stack: StackUnderTest;
  client: Client;
  trino: TrinoClient;
}

/** These live on between runs, by design. */
const RESIDENT = new Set(['laneCoordinator', 'slotPool']);

/**
 * One line for each thing that a run has left behind: a lease, a branch, a process, a lock, a workflow, a
 * query.
 */
export async function findLeaks(outside: Outside): Promise<string[]> {
  const { stack } = outside;
  const found = await Promise.all([
    slots(outside),
    ...stack.tenants.map((pipeline) => lane(outside, pipeline)),
    branches(stack),
    locks(stack),
    workflows(outside),
    queries(outside),
    sparkJob(stack),
  ]);
  return [...found.flat(), ...strayProcesses(stack.config.home).map((line) => `process ${line}`)];
}

async function slots({ client }: Outside): Promise<string[]> {
  const leases = await client.workflow.getHandle('slots').query(getSlotLeases);
  return leases.map(({ slot, holder }) => `slot ${slot} leased by ${holder}`);
}

async function lane({ client }: Outside, pipeline: string): Promise<string[]> {
  const { running, queued, held } = await client.workflow.getHandle(`lane/${pipeline}`).query(getLaneState);
  return [
    running && `lane ${pipeline} runs ${running.runId}`,
    ...queued.map(({ runId }) => `lane ${pipeline} has ${runId} queued`),
    held && `lane ${pipeline} held by ${held.runId}: ${held.message}`,
  ].filter((line): line is string => Boolean(line));
}

async function branches(stack: StackUnderTest): Promise<string[]> {
  const all = await new NessieClient(stack.nessieUrl).listReferences();
  return all.filter(({ name }) => /^(work|evidence|failed)\//.test(name)).map(({ name }) => `branch ${name}`);
}

/** A publish intent makes the next plan wait: left behind, it is a lock. */
async function locks({ config }: StackUnderTest): Promise<string[]> {
  const store = ObjectStore.connect(config);
  try {
    return (await store.list('publishing/')).map(({ key }) => `lock ${key}`);
  } finally {
    store.close();
  }
}

async function workflows({ client }: Outside): Promise<string[]> {
  const found: string[] = [];
  for await (const { workflowId, type } of client.workflow.list({ query: "ExecutionStatus = 'Running'" })) {
    if (!RESIDENT.has(type)) found.push(`workflow ${workflowId} still runs`);
  }
  return found;
}

async function queries({ trino }: Outside): Promise<string[]> {
  const { rows } = await trino.runQuery(
    "select query_id, source from system.runtime.queries where state not in ('FINISHED', 'FAILED') " +
      "and source like '%dbt%'",
    { catalog: 'system' },
  );
  return rows.map(([id, source]) => `query ${String(id)} of ${String(source)} still runs`);
}

async function sparkJob({ config }: StackUnderTest): Promise<string[]> {
  const health = (await (
    await fetch(`${config.sparkDriverUrl}/health`, { signal: AbortSignal.timeout(5_000) })
  ).json()) as { busy?: boolean };
  return health.busy ? ['Spark still works on a job'] : [];
}

/**
 * What is wrong with the ledger: gaps, overlaps, counts that are not the range's, records of Kafka that no
 * run has taken, archives that two have.
 */
export async function findLedgerFaults({ stack, trino }: Outside): Promise<string[]> {
  const { rows } = await trino.runQuery(`
    select topic, partition, start_offset, end_offset, records,
           coalesce(lag(end_offset) over (
             partition by topic, partition order by start_offset, end_offset), 0) as expected_start
    from (${stack.tenants.map((name) => `select * from ${name}_ops.ingest_ledger`).join(' union all ')})
    where kind = 'kafka'`);
  const broken = rows.filter(
    ([, , start, end, records, expected]) =>
      Number(start) !== Number(expected) || Number(records) !== Number(end) - Number(start),
  );
  const ends = new Map<string, number>();
  for (const [topic, partition, , end] of rows)
    ends.set(
      `${String(topic)}/${String(partition)}`,
      Math.max(Number(end), ends.get(`${String(topic)}/${String(partition)}`) ?? 0),
    );
  return [
    ...broken.map((row) => `ledger: ${JSON.stringify(row)}`),
    ...(await untaken(stack, ends)),
    ...(await takenTwice(trino)),
  ];
}

/** Archives that two runs have taken: rows would show it only where bronze did not know them again. */
async function takenTwice(trino: TrinoClient): Promise<string[]> {
  const { rows } = await trino.runQuery(
    "select object_uri, count(*) from nem_ops.ingest_ledger where kind = 'landing' " +
      'group by object_uri, checksum having count(*) > 1',
  );
  return rows.map(([uri, runs]) => `ledger: ${String(uri)} taken by ${String(runs)} runs`);
}

async function untaken(stack: StackUnderTest, ends: Map<string, number>): Promise<string[]> {
  const kafka = new KafkaJsPort([`127.0.0.1:${stack.config.ports.kafka}`]);
  try {
    const telemetry = stack.tenants.includes('iot') ? TELEMETRY_TOPICS : [];
    const offsets = await kafka.offsets([...inputTopics(pipelineNamed('nem')), ...TOY_TOPICS, ...telemetry]);
    return offsets
      .filter(({ topic, partition, high }) => high !== (ends.get(`${topic}/${partition}`) ?? 0))
      .map(
        ({ topic, partition, high }) =>
          `ledger: ${topic}/${partition} ends at ${ends.get(`${topic}/${partition}`) ?? 0}, Kafka at ${high}`,
      );
  } finally {
    await kafka.close();
  }
}
