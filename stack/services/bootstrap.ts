import type { Config } from '../../settings/config';
import type { Pipeline } from '../../core/pipeline';
import { NessieClient } from '../../nessie/client';
import { moveSharedOps } from '../../nessie/moveSharedOps';
import { pipelineNamed, pipelineNames, SHARED_OPS_OWNER } from '../../pipelines/registry';
import { makeBucket, s3Client } from '../probes/s3';
import { prepareCatalog } from '../nessieBootstrap';
import type { ServiceContext, ServiceDefinition } from './definition';

/** Prerequisites of every read and write: buckets, the first commit on main, the slots. No process. */
export const bootstrap: ServiceDefinition = {
  name: 'bootstrap',
  label: 'Buckets and branches',
  ports: [],
  dependsOn: ['s3', 'nessie'],
  needs: [],
  afterReady: prepareLake,
  startTimeout_ms: 180_000,
  stopGrace_ms: 0,
};

/**
 * Buckets, namespaces and slots at the addresses of the configuration; a lake of 0.1.0 is brought up to date.
 * Idempotent.
 */
export async function prepareLake({ config }: Pick<ServiceContext, 'config'>): Promise<void> {
  await makeBuckets(config);
  await prepareCatalog(config.nessieUrl, config.SLOT_COUNT, namespacesOf(pipelineNames().map(pipelineNamed)));
  await moveSharedOps(new NessieClient(config.nessieUrl), SHARED_OPS_OWNER);
}

function namespacesOf(pipelines: Pipeline[]): string[] {
  const tables = pipelines.flatMap(({ outputs }) => outputs);
  return [...new Set(tables.map((table) => table.slice(0, table.lastIndexOf('.'))))];
}

async function makeBuckets(config: Config): Promise<void> {
  const client = s3Client(config, config.s3Endpoint);
  try {
    for (const bucket of [config.LAKE_BUCKET, config.NEM_BUCKET]) await makeBucket(client, bucket);
  } finally {
    client.destroy();
  }
}
