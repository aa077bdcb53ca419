import fs from 'node:fs';
import path from 'node:path';
import { repositoryRoot } from '../../settings/repositoryRoot';
import { isSlot, slotNames } from '../../core/ids';
import type { Config } from '../../settings/config';
import { probeHttp } from '../probes/http';
import { probeTrinoQuery } from '../probes/trino';
import { fillIn, renderConfig } from '../renderConfig';
import { storeProperties } from '../../trino/storeProperties';
import { awsEnvironment } from './awsEnvironment';
import { plainEnvironment } from './environment';
import type { Command, ServiceContext, ServiceDefinition } from './definition';

const QUERY_MEMORY = '700MB';

export const trino: ServiceDefinition = {
  name: 'trino',
  label: 'Trino',
  ports: ['trino'],
  dependsOn: [],
  // Its catalogs reach Nessie with the first query, so the two may start side by side.
  uses: ['bootstrap'],
  needs: ['java', 'trinoLibraries', 'trinoPlugins'],
  url: (config) => `http://127.0.0.1:${config.ports.trino}`,
  prepare,
  command,
  probe,
  startTimeout_ms: 300_000,
  stopGrace_ms: 15_000,
};

/** Static catalogs are written again at each start; those made with CREATE CATALOG stay unchanged. */
function prepare(context: ServiceContext): void {
  const { config, folder, installed } = context;
  const etc = path.join(folder, 'etc');
  for (const sub of ['etc/catalog', 'data']) fs.mkdirSync(path.join(folder, sub), { recursive: true });
  const values = {
    TRINO_PORT: config.ports.trino,
    TRINO_PLUGINS: installed.trinoPlugins,
    QUERY_MEMORY,
    ACCESS_RULES: path.join(etc, 'access-rules.json'),
  };
  for (const file of ['config', 'log', 'access-control'].map((name) => `${name}.properties`))
    renderConfig(`trino/config/${file}`, values, path.join(etc, file));
  renderConfig('trino/config/access-rules.json', values, path.join(etc, 'access-rules.json'));
  writeCatalogs(config, path.join(etc, 'catalog'));
}

/** One catalog for main and one for each slot. */
export function writeCatalogs(config: Config, folder: string): void {
  const slots = slotNames(config.SLOT_COUNT);
  for (const stale of fs.readdirSync(folder).filter((file) => isSlot(path.basename(file, '.properties'))))
    fs.rmSync(path.join(folder, stale));
  for (const [catalog, reference] of [
    ['lake', 'main'] as const,
    ...slots.map((slot) => [slot, slot] as const),
  ]) {
    renderConfig(
      'trino/config/catalog/iceberg.properties',
      {
        NESSIE_URL: config.nessieUrl,
        NESSIE_REF: reference,
        WAREHOUSE: `s3://${config.LAKE_BUCKET}/warehouse`,
        SECURITY: catalog === 'lake' ? 'read_only' : 'allow_all',
      },
      path.join(folder, `${catalog}.properties`),
      storeProperties(config.s3),
    );
  }
}

/** Started without the launcher script: one process less, and the supervisor sees the real pid. */
function command({ config, folder, installed }: ServiceContext): Command {
  const etc = path.join(folder, 'etc');
  return {
    file: installed.java,
    args: [
      ...jvmConfig(),
      `-Dconfig=${path.join(etc, 'config.properties')}`,
      `-Dlog.levels-file=${path.join(etc, 'log.properties')}`,
      ...nodeProperties(path.join(folder, 'data')),
      '-cp',
      path.join(installed.trinoLibraries, '*'),
      'io.trino.server.TrinoServer',
    ],
    env: { ...plainEnvironment(), ...awsEnvironment(config.s3) },
    cwd: folder,
  };
}

function jvmConfig(): string[] {
  return lines(shipped('jvm.config'));
}

/** Trino's launcher would read these from a file; without it they are the server's own arguments. */
function nodeProperties(data: string): string[] {
  const values = { TRINO_DATA: data };
  return lines(fillIn('node.properties', shipped('node.properties'), values)).map((line) => `-D${line}`);
}

function shipped(file: string): string {
  return fs.readFileSync(path.join(repositoryRoot(), 'trino', 'config', file), 'utf8');
}

function lines(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
}

async function probe({ config }: ServiceContext): Promise<void> {
  const address = `http://127.0.0.1:${config.ports.trino}`;
  await probeHttp(`${address}/v1/info`, (info) => info['starting'] === false);
  await probeTrinoQuery(address, 'select 1');
}
