import { Context } from '@temporalio/activity';
import type { Client } from '@temporalio/client';
import type { Logger } from 'pino';
import type { ActivityDeps } from '../activities';
import { CrcCheckpoint } from '../activities/ingest/crcCheckpoint';
import { GateRows } from '../activities/gates/gateResults';
import { KafkaJsPort } from '../clients/kafka/kafka';
import { LakeReader } from '../clients/lake/lakeReader';
import { Landing } from '../activities/ingest/landing';
import { PipelineMetrics } from '../activities/metrics';
import { ObjectStore } from '../clients/s3/objectStore';
import { PublishIntents } from '../activities/ingest/publishIntents';
import { DbtDocs } from '../clients/dbt/dbtDocs';
import { SpareDbt } from '../clients/dbt/dbtProcess';
import { SizedRunner } from '../clients/spark/sizedRunner';
import { SubmitRunner } from '../clients/spark/submitRunner';
import { WarmRunner } from '../clients/spark/warmRunner';
import type { Config } from '../settings/config';
import { homeFolder } from '../settings/homeFolder';
import { UnknownPipelineError } from '../core/errors';
import { withCapabilities, type PipelineCode } from '../core/source';
import { NessieClient } from '../nessie/client';
import { pipelineCode, pipelineNames } from '../pipelines/registry';
import { TrinoClient } from '../trino/client';

/** Between two chunks of a backfill lie gates, dbt and a merge: less than a minute. */
const BULK_STAY_MS = 120_000;

/** Creates every connection once per process; lower layers do not know the addresses of services. */
export async function createDependencies(
  config: Config,
  client: Client,
  logger: Logger,
): Promise<ActivityDeps & { close(): Promise<void> }> {
  const store = ObjectStore.connect(config);
  const lakeStore = ObjectStore.connect(config, config.LAKE_BUCKET);
  const kafka = new KafkaJsPort(config.kafkaBrokers);
  const trino = new TrinoClient({ server: config.trinoUrl, user: 'currents', source: 'currents-worker' });
  const spareDbt = new SpareDbt();
  const dbtDocs = docsOf(config, logger);
  const submit = new SubmitRunner(config, config.SPARK_RUNNER === 'warm' ? BULK_STAY_MS : 0);
  const code = new Map(pipelineNames().map((name) => [name, pipelineCode(name)]));
  const sources = new Map(
    [...code].map(([name, { createSource }]) => [name, withCapabilities(name, createSource?.(config) ?? {})]),
  );
  const checkpoints = await openCheckpoints(code, config);
  return {
    config,
    client,
    store,
    kafka,
    trino,
    spareDbt,
    dbtDocs,
    slotCount: config.SLOT_COUNT,
    lakeStore,
    nessie: new NessieClient(config.nessieUrl),
    lake: new LakeReader(trino),
    gateRows: new GateRows(store, trino),
    spark:
      config.SPARK_RUNNER === 'warm'
        ? new SizedRunner(new WarmRunner(config.sparkDriverUrl), submit)
        : submit,
    metrics: new PipelineMetrics(),
    checkpointOf: (pipeline) => checkpoints.get(pipeline) ?? null,
    sourceOf: (pipeline) => sources.get(pipeline) ?? unknown(pipeline),
    landingOf: (pipeline) => new Landing(store, pipeline),
    intentsOf: (pipeline) => new PublishIntents(store, pipeline),
    signal: () => Context.current().cancellationSignal,
    close: async () => {
      spareDbt.close();
      dbtDocs.close();
      submit.close();
      await kafka.close();
      store.close();
      lakeStore.close();
    },
  };
}

function docsOf({ home }: Config, logger: Logger): DbtDocs {
  return new DbtDocs({
    folder: homeFolder.dbtDocs(home),
    warn: (message, error) => logger.warn({ error }, message),
  });
}

function unknown(pipeline: string): never {
  throw new UnknownPipelineError(pipeline, pipelineNames());
}

/** Each pipeline has its own checkpoint: file names of two sources may be equal. */
async function openCheckpoints(
  code: ReadonlyMap<string, PipelineCode<Config>>,
  config: Config,
): Promise<Map<string, CrcCheckpoint>> {
  const checkpoints = new Map<string, CrcCheckpoint>();
  for (const [name, { checkpointPath }] of code) {
    const file = checkpointPath?.(config);
    if (file !== undefined) checkpoints.set(name, await CrcCheckpoint.open(file));
  }
  return checkpoints;
}
