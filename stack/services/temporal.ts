import fs from 'node:fs';
import type { Config } from '../../settings/config';
import { probeHttp } from '../probes/http';
import { runToEnd } from '../runToEnd';
import { findTemporal } from '../binaries';
import { plainEnvironment } from './environment';
import { databaseName } from './temporalDatabase';
import type { Command, ServiceContext, ServiceDefinition } from './definition';

/** The dev server forgets closed runs after a day; operators look further back. */
const RETENTION = '30d';

export const temporal: ServiceDefinition = {
  name: 'temporal',
  label: 'Temporal UI',
  ports: ['temporal', 'temporalUi', 'temporalMetrics', 'temporalHttp'],
  dependsOn: [],
  needs: ['venv'],
  url: (config) => `http://127.0.0.1:${config.ports.temporalUi}`,
  prepare: ({ folder }) => void fs.mkdirSync(folder, { recursive: true }),
  command,
  probe: ({ config }) =>
    probeHttp(`http://127.0.0.1:${config.ports.temporalHttp}/api/v1/namespaces/${config.TEMPORAL_NAMESPACE}`),
  afterReady: keepHistory,
  startTimeout_ms: 180_000,
  stopGrace_ms: 10_000,
};

/** The database is never migrated by the dev server, so each CLI version has a file of its own. */
function command({ config, folder }: ServiceContext): Command {
  const binary = findTemporal(config);
  const { ports } = config;
  const args = [
    'server',
    'start-dev',
    '--ip',
    '127.0.0.1',
    '--port',
    String(ports.temporal),
    '--ui-port',
    String(ports.temporalUi),
    '--metrics-port',
    String(ports.temporalMetrics),
    '--http-port',
    String(ports.temporalHttp),
    '--namespace',
    config.TEMPORAL_NAMESPACE,
    '--db-filename',
    // Relative to the folder it runs in: the path becomes part of an address, which a `#` or a `%` would end.
    databaseName(binary.version),
    '--log-level',
    'warn',
  ];
  return { file: binary.path, args, env: { ...plainEnvironment(), CURRENTS_HOME: config.home }, cwd: folder };
}

async function keepHistory({ config }: ServiceContext): Promise<void> {
  const address = ['--address', localAddress(config), '--namespace', config.TEMPORAL_NAMESPACE];
  await runToEnd(
    findTemporal(config).path,
    ['operator', 'namespace', 'update', ...address, '--retention', RETENTION],
    plainEnvironment(),
  );
}

function localAddress(config: Config): string {
  return `127.0.0.1:${config.ports.temporal}`;
}
