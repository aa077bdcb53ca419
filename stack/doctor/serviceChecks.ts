import fs from 'node:fs';
import path from 'node:path';
import { PoliteHttp, USER_AGENT_VERSION } from '../../clients/http/politeHttp';
import { LakeReader } from '../../clients/lake/lakeReader';
import { catalogOfBranch, MAIN_BRANCH, slotNames } from '../../core/ids';
import { NessieClient } from '../../nessie/client';
import { pipelineNames, pipelines } from '../../pipelines/registry';
import { repositoryRoot } from '../../settings/repositoryRoot';
import { homeFolder } from '../../settings/homeFolder';
import { plainEnvironment } from '../services/environment';
import { SERVICE_NAMES } from '../services/definition';
import { servicesElsewhere } from '../services/elsewhere';
import { installation } from '../layout';
import { isFree, portsOf } from '../ports';
import { runToEnd } from '../runToEnd';
import { bad, ok, skipped, type Check, type CheckContext, type Finding } from './check';
import { checkStore, STORE_PROOFS } from './storeChecks';
import { schemaRegistry } from './registryCheck';
import { newestOf } from './newestData';
import { tableColumns } from './tableColumns';
import { TrinoClient } from '../../trino/client';

const TASK_QUEUES = ['control', 'ingest', 'compute'];
const SKEW_LIMIT_MS = 5_000;

/** What holds while the stack runs; each is skipped while the service it asks is down. */
export const SERVICE_CHECKS: readonly Check[] = [
  { name: 'Ports', run: ports },
  { name: 'Services', run: services },
  { name: 'Temporal namespace', run: when('temporal', namespace) },
  { name: 'Temporal schedules', run: when('worker', schedules) },
  { name: 'Task queues', run: when('worker', pollers) },
  { name: 'Nessie branches', run: when('nessie', branches) },
  ...STORE_PROOFS.map((proof) => ({
    name: proof.name,
    run: (context: CheckContext) =>
      servicesElsewhere(context.config).includes(proof.service)
        ? checkStore(proof, context.config)
        : when(proof.service, ({ config }) => checkStore(proof, config))(context),
  })),
  { name: 'Schema registry', run: schemaRegistry },
  { name: 'Newest data', run: when('trino', newestData) },
  { name: 'Table columns', run: when('trino', tableColumns) },
  { name: 'dbt project', run: dbtParse },
  { name: 'Clock', run: clock },
];

async function ports({ config, stack }: CheckContext): Promise<Finding> {
  if (stack.running) return ok(`${config.CURRENTS_PORT_BASE} and up, held by this stack`);
  const uses = portsOf(SERVICE_NAMES, config);
  const taken = (await Promise.all(uses.map(async (use) => ({ use, free: await isFree(use.port) })))).filter(
    ({ free }) => !free,
  );
  if (taken.length === 0) return ok(`${config.CURRENTS_PORT_BASE} and up, free`);
  const named = taken.map(({ use }) => `${use.port} (${use.service})`).join(', ');
  return bad(
    `held by other processes: ${named}`,
    `CURRENTS_PORT_BASE=${config.CURRENTS_PORT_BASE + 100} currents up`,
  );
}

function services({ stack }: CheckContext): Finding {
  if (!stack.running) return skipped('the stack is not running (start it with: currents up)');
  const unwell = stack.services.filter(({ state }) => state !== 'healthy');
  if (unwell.length === 0) return ok(`${stack.services.length} healthy`);
  return bad(
    unwell.map(({ name, state, detail }) => `${name} ${state}${detail && `: ${detail}`}`).join('; '),
    `currents logs ${unwell[0]!.name}`,
  );
}

async function namespace({ config }: CheckContext): Promise<Finding> {
  const answer = await json<{ config?: { workflowExecutionRetentionTtl?: string } }>(temporalApi(config));
  return ok(
    `${config.TEMPORAL_NAMESPACE}, keeps closed runs for ` +
      `${Number.parseInt(answer.config?.workflowExecutionRetentionTtl ?? '0', 10) / 86_400} ` +
      'days',
  );
}

async function schedules({ config }: CheckContext): Promise<Finding> {
  const answer = await json<{ schedules?: { scheduleId: string; info?: { paused?: boolean } }[] }>(
    `${temporalApi(config)}/schedules`,
  );
  const found = answer.schedules ?? [];
  if (found.length === 0)
    return skipped('none: nothing is fetched by itself (start with: currents schedules apply)');
  return ok(
    found.map(({ scheduleId, info }) => `${scheduleId}${info?.paused ? ' (paused)' : ''}`).join(', '),
  );
}

async function pollers({ config }: CheckContext): Promise<Finding> {
  const counts = await Promise.all(
    TASK_QUEUES.map(async (queue) => {
      const answer = await json<{ pollers?: unknown[] }>(
        `${temporalApi(config)}/task-queues/${queue}?taskQueueType=TASK_QUEUE_TYPE_ACTIVITY`,
      );
      return { queue, count: answer.pollers?.length ?? 0 };
    }),
  );
  const idle = counts.filter(({ count }) => count === 0).map(({ queue }) => queue);
  return idle.length === 0
    ? ok(`${TASK_QUEUES.join(', ')}: each has a worker`)
    : bad(`no worker polls ${idle.join(', ')}`, 'currents logs worker');
}

async function branches({ config }: CheckContext): Promise<Finding> {
  const { defaultBranch } = await json<{ defaultBranch: string }>(`${config.nessieUrl}/config`);
  const names = (await new NessieClient(config.nessieUrl).listReferences()).map(({ name }) => name);
  const missing = slotNames(config.SLOT_COUNT).filter((slot) => !names.includes(slot));
  if (missing.length > 0) return bad(`missing: ${missing.join(', ')}`, 'currents down && currents up');
  return ok(`${names.length}, among them ${defaultBranch} and ${config.SLOT_COUNT} slots`);
}

/** Old data is a finding and not a fault: the schedules may be paused on purpose. */
async function newestData({ config }: CheckContext): Promise<Finding> {
  const reader = new LakeReader(
    new TrinoClient({ server: config.trinoUrl, user: 'currents', source: 'currents-doctor' }),
  );
  const found = await Promise.all(
    pipelines().map(async (pipeline) => {
      const tables = await reader.freshness(catalogOfBranch(MAIN_BRANCH), [pipeline]);
      return newestOf(pipeline.name, tables, Date.now());
    }),
  );
  const known = found.filter((text) => text !== null);
  return known.length > 0
    ? ok(known.join('; '))
    : skipped(`the lake is empty (fill it with: currents run ${pipelineNames()[0]})`);
}

async function dbtParse({ config }: CheckContext): Promise<Finding> {
  const dbt = path.join(installation().venv, 'bin', 'dbt');
  const project = path.join(repositoryRoot(), 'dbt');
  if (!fs.existsSync(dbt)) return skipped('dbt is not installed');
  const target = homeFolder.doctor(config.home);
  const env = {
    ...plainEnvironment(),
    TRINO_CATALOG: 'lake',
    TRINO_PORT: new URL(config.trinoUrl).port,
    DO_NOT_TRACK: '1',
  };
  const folders = ['--project-dir', project, '--profiles-dir', project];
  const quiet = ['--quiet', '--no-use-colors', '--log-path', target];
  return runToEnd(dbt, [...quiet, 'parse', ...folders, '--target-path', target], env).then(
    () => ok('parses'),
    (error: Error) => bad(error.message, `TRINO_CATALOG=lake ${dbt} parse ${folders.join(' ')}`),
  );
}

/** Against the site's own clock, since intervals are named by it; unknown while it cannot be reached. */
async function clock({ config }: CheckContext): Promise<Finding> {
  // In its turn among the requests of the workers: the site sees one caller.
  const http = new PoliteHttp({
    requestsPerSecond: 1,
    version: USER_AGENT_VERSION,
    maxWait_ms: 5_000,
    timeout_ms: 5_000,
    paceFolder: homeFolder.pace(config.home),
  });
  const answer = await http
    .head(config.API_URL, { signal: AbortSignal.timeout(10_000) })
    .catch((error: Error) => error);
  if (answer instanceof Error) return skipped(`${config.API_URL} does not answer: ${answer.message}`);
  const date = answer.get('date');
  if (date === null) return skipped(`${config.API_URL} names no time`);
  const skew_ms = Math.abs(Date.now() - Date.parse(date));
  const finding = `${(skew_ms / 1000).toFixed(0)} s from ${new URL(config.API_URL).host}`;
  return skew_ms > SKEW_LIMIT_MS ? bad(finding, 'sudo timedatectl set-ntp true') : ok(finding);
}

function when(service: string, run: Check['run']): Check['run'] {
  return (context) =>
    context.stack.services.some(({ name, state }) => name === service && state === 'healthy')
      ? run(context)
      : skipped(`${service} is not running`);
}

function temporalApi({ ports: { temporalHttp }, TEMPORAL_NAMESPACE }: CheckContext['config']): string {
  return `http://127.0.0.1:${temporalHttp}/api/v1/namespaces/${TEMPORAL_NAMESPACE}`;
}

async function json<Body>(url: string): Promise<Body> {
  const response = await fetch(url, { signal: AbortSignal.timeout(5_000) });
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  return (await response.json()) as Body;
}
