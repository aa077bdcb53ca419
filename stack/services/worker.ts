import path from 'node:path';
import { repositoryRoot } from '../../settings/repositoryRoot';
import { probeHttp } from '../probes/http';
import { ownEnvironment } from './environment';
import type { ServiceContext, ServiceDefinition } from './definition';

/** Runs the workflows and activities. */
export const worker: ServiceDefinition = {
  name: 'worker',
  label: 'Worker metrics',
  ports: ['workerMetrics', 'sdkMetrics', 'dbtDocs'],
  dependsOn: ['temporal', 'kafka', 'bootstrap'],
  needs: [],
  url: (config) => `http://127.0.0.1:${config.ports.workerMetrics}/metrics`,
  command: ({ config }: ServiceContext) => ({
    file: process.execPath,
    args: ['--enable-source-maps', path.join(repositoryRoot(), 'dist', 'workers', 'main.js')],
    env: ownEnvironment(config),
    cwd: repositoryRoot(),
  }),
  probe: ({ config }) => probeHttp(`http://127.0.0.1:${config.ports.workerMetrics}/healthz`),
  startTimeout_ms: 240_000,
  stopGrace_ms: 20_000,
};
