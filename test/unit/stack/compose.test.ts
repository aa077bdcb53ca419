import fs from 'node:fs';
import path from 'node:path';
import { spawnSync } from 'node:child_process';
import { parse } from 'yaml';
import { DEFAULT_PORT_BASE, portsFrom, type ServicePort } from '../../../settings/ports';
import { readConfig } from '../../../settings/config';
import { homeFolder } from '../../../settings/homeFolder';
import { repositoryRoot } from '../../../settings/repositoryRoot';
import { installation } from '../../../stack/layout';
import { stackVersions } from '../../../stack/versions';
import { storeProperties } from '../../../trino/storeProperties';

interface Service {
  image: string;
  ports?: string[];
  volumes?: string[];
  healthcheck?: { test: string[] };
  restart?: string;
  environment?: Record<string, string>;
}
interface Compose {
  services: Record<string, Service>;
  configs: Record<string, { content?: string; file?: string }>;
}

const compose = parse(fs.readFileSync(path.join(repositoryRoot(), 'docker-compose.yml'), 'utf8'), {
  merge: true,
}) as Compose;
const versions = stackVersions();
const ports = portsFrom(DEFAULT_PORT_BASE);
const service = (name: string): Service => compose.services[name]!;

describe('docker-compose.yml', () => {
  test.each([
    ['kafka', `apache/kafka:${versions.kafka}`],
    ['s3', `chrislusf/seaweedfs:${versions.seaweed}`],
    ['nessie', `ghcr.io/projectnessie/nessie:${versions.nessie}`],
    ['registry', `apicurio/apicurio-registry:${versions.apicurio}`],
    ['trino', `trinodb/trino:${versions.trino}`],
  ])('runs the version of %s that the stack pins', (name, image) => {
    expect(service(name).image).toBe(image);
  });

  test('runs the Temporal server and UI that the pinned CLI contains', () => {
    const cli = path.join(installation().venv, 'bin', 'temporal');
    const [, server, ui] =
      spawnSync(cli, ['--version'], { encoding: 'utf8' }).stdout.match(/Server ([\d.]+), UI ([\d.]+)/) ?? [];
    expect([
      service('temporal').image,
      service('temporal-schema').image,
      service('temporal-namespace').image,
      service('temporal-ui').image,
    ]).toEqual([
      `temporalio/server:${server}`,
      `temporalio/admin-tools:${server}`,
      `temporalio/admin-tools:${server}`,
      `temporalio/ui:${ui}`,
    ]);
  });

  test.each<[string, ServicePort[]]>([
    ['temporal', ['temporal', 'temporalMetrics', 'temporalHttp']],
    ['temporal-ui', ['temporalUi']],
    ['kafka', ['kafka']],
    ['s3', ['s3']],
    ['nessie', ['nessie', 'nessieManagement']],
    ['registry', ['registry', 'registryManagement']],
    ['trino', ['trino']],
  ])("publishes %s on the stack's own ports, on loopback only", (name, names) => {
    const published = service(name).ports!.map((mapping) => mapping.split(':').slice(0, 2).join(':'));
    expect(published.sort()).toEqual(names.map((port) => `127.0.0.1:${ports[port]}`).sort());
  });

  test('serves the pages of dbt docs from where the worker makes them, read-only and on loopback', () => {
    expect(service('dbt-docs').ports).toEqual(['127.0.0.1:8082:80']);
    const made = path.relative(repositoryRoot(), homeFolder.dbtDocs(readConfig({}).home));
    expect(service('dbt-docs').volumes![0]).toBe(
      `\${CURRENTS_HOME:-./.currents}/dbt/docs:/usr/share/nginx/html:ro`,
    );
    expect(made).toBe('.currents/dbt/docs');
  });

  test('pins every image by an exact tag', () => {
    for (const { image } of Object.values(compose.services))
      expect(image).toMatch(/:v?\d+(\.\d+)*(-[a-z0-9.-]+)?$/);
  });

  test('checks the health of every service that stays up', () => {
    const lasting = Object.entries(compose.services).filter(([, { restart }]) => restart !== undefined);
    expect(lasting.map(([name]) => name).sort()).toEqual([
      'dbt-docs',
      'kafka',
      'nessie',
      'postgresql',
      'registry',
      's3',
      'temporal',
      'temporal-ui',
      'trino',
    ]);
    for (const [, { healthcheck }] of lasting) expect(healthcheck!.test.length).toBeGreaterThan(1);
  });

  test('keeps Temporal in PostgreSQL', () => {
    expect(service('temporal').environment).toMatchObject({ DB: 'postgres12', POSTGRES_SEEDS: 'postgresql' });
  });

  test("gives each catalog the settings of the stack's template", () => {
    const template = fs.readFileSync(
      path.join(repositoryRoot(), 'trino/config/catalog/iceberg.properties'),
      'utf8',
    );
    const keys = (text: string): string[] =>
      text
        .split('\n')
        .filter((line) => /^[a-z]/.test(line))
        .map((line) => line.split('=')[0]!)
        .sort();
    const own = storeProperties(readConfig({}).s3);
    const stack = [...keys(template), ...Object.keys(own)].sort();
    for (const catalog of ['trino-lake', 'trino-slot-1', 'trino-slot-2', 'trino-slot-3']) {
      expect(keys(compose.configs[catalog]!.content!)).toEqual(stack);
    }
  });
});
