import fs from 'node:fs';
import path from 'node:path';
import { RegistryClient } from '../../clients/registry/registryClient';
import { probeHttp } from '../probes/http';
import { plainEnvironment } from './environment';
import type { Command, ServiceContext, ServiceDefinition } from './definition';
import { jvmFlags } from './jvm';

/** Apicurio, with Confluent's API: the schemas that messages name by id. */
export const registry: ServiceDefinition = {
  name: 'registry',
  label: 'Schema registry',
  ports: ['registry', 'registryManagement'],
  dependsOn: [],
  needs: ['java', 'registryJar'],
  url: ownAddress,
  prepare: ({ folder }) => void fs.mkdirSync(path.join(folder, 'data'), { recursive: true }),
  command,
  // It reads the store, unlike the health address of the management port.
  probe: ({ config }) => probeHttp(`${ownAddress(config)}/subjects`, Array.isArray),
  // Apicurio's own default is NONE.
  afterReady: ({ config }) => new RegistryClient(ownAddress(config)).setBackward(),
  startTimeout_ms: 240_000,
  stopGrace_ms: 15_000,
};

function ownAddress({ ports }: ServiceContext['config']): string {
  return `http://127.0.0.1:${ports.registry}/apis/ccompat/v7`;
}

function command({ config, folder, installed }: ServiceContext): Command {
  return {
    file: installed.java,
    args: [...jvmFlags({ heap: '256m' }), '-jar', installed.registryJar],
    env: { ...plainEnvironment(), ...settings(config.ports) },
    cwd: folder,
  };
}

/**
 * The management port listens on every address unless it is told. Without WRITE_DELAY=0 H2 acknowledges what
 * it writes later: a kill then loses schemas, and gives their ids to others. The store's path is relative to
 * the service's folder: in a JDBC address a `;` or a `?` of an absolute one would end it.
 */
function settings(ports: ServiceContext['config']['ports']): Record<string, string> {
  return {
    QUARKUS_HTTP_HOST: '127.0.0.1',
    QUARKUS_HTTP_PORT: String(ports.registry),
    QUARKUS_MANAGEMENT_HOST: '127.0.0.1',
    QUARKUS_MANAGEMENT_PORT: String(ports.registryManagement),
    APICURIO_DATASOURCE_URL: 'jdbc:h2:file:./data/registry;WRITE_DELAY=0',
    APICURIO_DATASOURCE_JDBC_INITIAL_SIZE: '1',
    APICURIO_DATASOURCE_JDBC_MIN_SIZE: '1',
    APICURIO_DATASOURCE_JDBC_MAX_SIZE: '10',
    APICURIO_STORAGE_SNAPSHOT_LOCATION: 'data',
  };
}
