import { activityInfo } from '@temporalio/activity';
import { catalogOfBranch, MAIN_BRANCH, runKey } from '../../core/ids';
import type { Config } from '../../settings/config';
import { touchedOf } from '../../core/touched';
import type { GoldInput, GoldResult } from '../../core/steps';
import type { NessieClient } from '../../nessie/client';
import type { Content } from '../../nessie/model';
import { pipelineNamed } from '../../pipelines/registry';
import { homeFolder } from '../../settings/homeFolder';
import type { TrinoClient } from '../../trino/client';
import { heartbeat } from '../boundary';
import { resetBranch } from '../../nessie/branchMoves';
import { runDbtBuild, type DbtBuildResult } from '../../clients/dbt/dbt';
import { projectOf, queriesOfRunSql, type DbtBuildRequest } from '../../clients/dbt/dbtCommand';
import { endLeftDbt, type SpareDbt } from '../../clients/dbt/dbtProcess';
import type { DbtNode } from '../../clients/dbt/dbtResults';
import { projectStamp } from '../../clients/dbt/projectStamp';
import { ReferenceModels } from './referenceModels';
import { buildPastStanding, failsAlike } from './standingTests';

export interface GoldDeps {
  config: Config;
  nessie: NessieClient;
  trino: TrinoClient;
  spareDbt: SpareDbt;
  signal(): AbortSignal;
}

export function createGoldActivities(deps: GoldDeps) {
  const reference = new ReferenceModels();
  return {
    /**
     * Builds gold on the slot with one dbt process. Every attempt first ends dbt and the statements of
     * earlier attempts and resets the slot to the audited silver, so that a repeat gives the same tables.
     */
    async buildGold(input: GoldInput): Promise<GoldResult> {
      await endLeftWork(deps, input);
      const { built, standing } = await buildPastStanding(
        (without) => buildOnSlot(deps, reference, input, without),
        (test) => isStanding(deps, input, test),
      );
      const head = await deps.nessie.getReference(input.slot);
      const count = (status: string): number => built.nodes.filter((node) => node.status === status).length;
      return {
        headHash: head.hash,
        nodes: built.nodes.length,
        passed: count('pass') + count('success'),
        warned: count('warn') + standing.length,
        standing,
      };
    },
  };
}

/** Trino is asked for left statements only where there may be some. */
async function endLeftWork({ config, trino }: GoldDeps, input: GoldInput): Promise<void> {
  const isLeft = await endLeftDbt(homeFolder.dbtCache(config.home), input.slot);
  if (isLeft || activityInfo().attempt > 1) await killQueries(trino, runKey(input));
}

async function buildOnSlot(
  deps: GoldDeps,
  reference: ReferenceModels,
  input: GoldInput,
  without: readonly string[],
): Promise<DbtBuildResult> {
  const { nessie } = deps;
  const pipeline = pipelineNamed(input.pipeline);
  const stamp = projectStamp(projectOf({}));
  await resetBranch(nessie, input.slot, { name: input.slot, hash: input.fromHash });
  const contents = await nessie.listContents({ name: input.slot, hash: input.fromHash });
  // A build without ranges is of everything, whatever it was made from.
  const isWhole = touchedOf(input, pipeline).length === 0;
  const unchanged = isWhole ? [] : reference.unchanged(pipeline, contents, stamp);
  const built = await dbtBuild(deps, input, {
    tables: tablesIn(contents),
    exclude: [...unchanged, ...without],
  });
  // Under an override the tests were not asked.
  if (!input.withoutTests) reference.keep(pipeline, await nessie.listContents({ name: input.slot }), stamp);
  return built;
}

function tablesIn(contents: ReadonlyMap<string, Content>): string[] {
  return [...contents].filter(([, { type }]) => type === 'ICEBERG_TABLE').map(([name]) => name);
}

/** dbt leaves its statements running in Trino when it is interrupted, so they are ended by the run's mark. */
async function dbtBuild(
  deps: GoldDeps,
  input: GoldInput,
  known: Pick<DbtBuildRequest, 'tables' | 'exclude'>,
): Promise<DbtBuildResult> {
  try {
    return await runDbtBuild(
      { ...requestOf(deps.config, input), ...known },
      {
        onProgress: heartbeat,
        signal: deps.signal(),
        spare: deps.spareDbt,
      },
    );
  } finally {
    if (deps.signal().aborted) await killQueries(deps.trino, runKey(input));
  }
}

/** A branch of its own is judged by itself: what it changes shall be seen there. */
async function isStanding({ trino, signal }: GoldDeps, input: GoldInput, test: DbtNode): Promise<boolean> {
  if (input.branch !== MAIN_BRANCH) return false;
  const options = { catalog: input.slot, source: 'currents-gates', signal: signal() };
  return failsAlike(test, input.slot, catalogOfBranch(MAIN_BRANCH), (sql) => trino.runQuery(sql, options));
}

function requestOf(config: Config, input: GoldInput): DbtBuildRequest {
  const definition = pipelineNamed(input.pipeline);
  return {
    runKey: runKey(input),
    catalog: input.slot,
    trinoUrl: config.trinoUrl,
    targetDir: homeFolder.dbtRun(config.home, input.pipeline, input.runId),
    cacheDir: homeFolder.dbtCache(config.home),
    select: [...definition.gold.dbtSelect],
    changed: touchedOf(input, definition),
    withoutTests: input.withoutTests,
  };
}

async function killQueries(trino: TrinoClient, key: string): Promise<void> {
  const { rows } = await trino.runQuery(queriesOfRunSql(key), { catalog: 'system' });
  const kill = ([id]: unknown[]): Promise<unknown> =>
    trino.runQuery(`call system.runtime.kill_query('${String(id)}', 'its run was cancelled or retried')`);
  await Promise.allSettled(rows.map(kill));
}
