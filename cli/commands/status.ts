import type { Command } from 'commander';
import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import { LakeReader } from '../../clients/lake/lakeReader';
import { readConfig, type Config } from '../../settings/config';
import { catalogOfBranch, SLOT_POOL_ID } from '../../core/ids';
import type { LaneState } from '../../core/runs';
import { pipelineNames, pipelines } from '../../pipelines/registry';
import { readStackStatus, type ServiceStatus } from '../../stack/control';
import { TrinoClient } from '../../trino/client';
import { connectClient } from '../../workers/connectClient';
import { getSlotLeases, type SlotLease } from '../../workflows/messages';
import { printJson, table } from '../support/output';
import { queryWithDeadline, readLane } from '../support/readLane';

/** The documented shape of `status --json`; a part that cannot be read is null. */
interface Status {
  simulated: boolean;
  branch: string;
  services: ServiceStatus[];
  /** The page of dbt's models, which the worker serves. */
  dbt_docs: string;
  tables: { table: string; newest_interval_end_at: string | null; rows: number }[] | null;
  /** Neither repaired nor discarded. */
  dead_letters: { reason: string; count: number }[] | null;
  lanes: (LaneState | null)[] | null;
  slots: SlotLease[] | null;
  runs: { workflow_id: string; status: string; started_at: string; gate: string }[] | null;
}

export function register(program: Command): void {
  program
    .command('status')
    .summary('is it healthy, how fresh, what runs')
    .description('Services, newest interval per table, lanes, slots, last runs, open dead letters.')
    .option('--json', 'print as JSON')
    .action(async (options: { json?: boolean }) => {
      const status = await readStatus(readConfig());
      if (options.json) printJson(status);
      else print(status);
      process.exitCode = status.services.every(({ state }) => state === 'healthy') ? 0 : 1;
    });
}

async function readStatus(config: Config): Promise<Status> {
  const [{ services }, lake, orchestration] = await Promise.all([
    readStackStatus(config),
    readLake(config),
    readOrchestration(config),
  ]);
  return {
    simulated: config.CURRENTS_SIMULATED,
    branch: config.NESSIE_BRANCH,
    services,
    dbt_docs: `http://127.0.0.1:${config.ports.dbtDocs}`,
    ...lake,
    ...orchestration,
  };
}

/** The rest of the status is shown even while Trino is down. */
async function readLake(config: Config): Promise<Pick<Status, 'tables' | 'dead_letters'>> {
  const reader = new LakeReader(
    new TrinoClient({ server: config.trinoUrl, user: 'currents', source: 'currents-status' }),
  );
  const catalog = catalogOfBranch(config.NESSIE_BRANCH);
  try {
    return {
      tables: await reader.freshness(catalog, pipelines()),
      dead_letters: await reader.openDeadLettersByReason(catalog, pipelineNames()),
    };
  } catch {
    return { tables: null, dead_letters: null };
  }
}

async function readOrchestration(config: Config): Promise<Pick<Status, 'lanes' | 'slots' | 'runs'>> {
  try {
    const { client, connection } = await connectClient(config);
    const [lanes, slots, runs] = await Promise.all([
      Promise.all(pipelineNames().map((name) => readLane(client, name, config.NESSIE_BRANCH))),
      readSlots(client),
      recentRuns(client),
    ]);
    await connection.close();
    return { lanes, slots, runs };
  } catch {
    return { lanes: null, slots: null, runs: null };
  }
}

/** None before the first run, whose request starts the pool; null when no worker answers. */
async function readSlots(client: Client): Promise<SlotLease[] | null> {
  try {
    return await queryWithDeadline(client, () =>
      client.workflow.getHandle(SLOT_POOL_ID).query(getSlotLeases),
    );
  } catch (error) {
    return error instanceof WorkflowNotFoundError ? [] : null;
  }
}

async function recentRuns(client: Client): Promise<NonNullable<Status['runs']>> {
  const runs: NonNullable<Status['runs']> = [];
  for await (const run of client.workflow.list({ query: "WorkflowType = 'refineBatch'", pageSize: 10 })) {
    const gate = (run.searchAttributes.GateStatus as string[] | undefined)?.[0] ?? '';
    runs.push({
      workflow_id: run.workflowId,
      status: run.status.name.toLowerCase(),
      started_at: run.startTime.toISOString(),
      gate,
    });
    if (runs.length === 10) break;
  }
  return runs;
}

function print(status: Status): void {
  const { simulated, services, lanes, slots, runs, dead_letters } = status;
  const parts = [
    simulated ? 'SIMULATED DATA: every number in this lake is made up' : '',
    table(
      ['service', 'state', 'restarts', 'where'],
      services.map(({ name, state, restarts, url }) => [name, state, restarts, url]),
    ),
    `dbt docs: ${status.dbt_docs}`,
    tablesText(status.tables),
    ...(lanes ?? []).flatMap((lane) => (lane ? [laneLine(lane)] : [])),
    `slots leased: ${leasesText(slots)}`,
    tableOrNone(
      ['run', 'status', 'gates', 'started'],
      runs?.map(({ workflow_id, status: state, gate, started_at }) => [workflow_id, state, gate, started_at]),
    ),
    tableOrNone(
      ['open dead letters', 'count'],
      dead_letters?.map(({ reason, count }) => [reason, count]),
    ),
  ];
  for (const part of parts) if (part !== '') process.stdout.write(`${part}\n\n`);
}

function tablesText(tables: Status['tables']): string {
  if (!tables) return 'tables: Trino does not answer';
  const rows = tables.map((row) => [row.table, row.newest_interval_end_at, row.rows]);
  return table(['table', 'newest interval end', 'rows'], rows);
}

function tableOrNone(header: string[], rows: (string | number | null)[][] = []): string {
  return rows.length === 0 ? '' : table(header, rows);
}

function laneLine({ pipeline, running, queued, held }: LaneState): string {
  const hold = held ? `HELD by ${held.runId}: ${held.message}` : 'not held';
  return (
    `lane ${pipeline}: ${running ? `running ${running.runId}` : 'idle'}, ${queued.length} ` +
    `queued, ${hold}`
  );
}

function leasesText(slots: Status['slots']): string {
  if (slots === null) return 'unknown, no worker answers';
  return slots.map(({ slot, holder }) => `${slot} by ${holder}`).join(', ') || 'none';
}
