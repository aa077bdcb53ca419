import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { probeHttp } from '../probes/http';
import { renderConfig } from '../renderConfig';
import { plainEnvironment } from './environment';
import type { Command, ServiceContext, ServiceDefinition } from './definition';
import { jvmFlags } from './jvm';

export const nessie: ServiceDefinition = {
  name: 'nessie',
  label: 'Nessie',
  ports: ['nessie', 'nessieManagement'],
  dependsOn: [],
  needs: ['java', 'nessieJar'],
  url: (config) => `http://127.0.0.1:${config.ports.nessie}/api/v2`,
  prepare,
  command,
  probe: ({ config }) => probeHttp(`http://127.0.0.1:${config.ports.nessie}/api/v2/config`),
  startTimeout_ms: 240_000,
  stopGrace_ms: 15_000,
};

function prepare({ config, folder }: ServiceContext): void {
  const store = path.join(folder, 'store');
  fs.mkdirSync(store, { recursive: true });
  renderConfig(
    'nessie/config/application.properties',
    {
      NESSIE_PORT: config.ports.nessie,
      NESSIE_MANAGEMENT_PORT: config.ports.nessieManagement,
      NESSIE_STORE: store,
    },
    propertiesFile(folder),
  );
}

function command({ folder, installed }: ServiceContext): Command {
  return {
    file: installed.java,
    args: [
      ...jvmFlags({ heap: '400m' }),
      `-Dquarkus.config.locations=${configLocation(folder)}`,
      '-jar',
      installed.nessieJar,
    ],
    env: plainEnvironment(),
    cwd: folder,
  };
}

/** Quarkus takes a list of addresses, not of paths: a blank, a `#` or a `%` is an error, a comma ends one. */
function configLocation(folder: string): string {
  return pathToFileURL(propertiesFile(folder)).href.replaceAll(',', '%2C');
}

function propertiesFile(folder: string): string {
  return path.join(folder, 'application.properties');
}
