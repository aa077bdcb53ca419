import { UnknownServiceError } from '../errors';
import { bootstrap } from './bootstrap';
import { SERVICE_NAMES, type ServiceDefinition, type ServiceName } from './definition';
import { kafka } from './kafka';
import { nessie } from './nessie';
import { registry } from './registry';
import { s3 } from './s3';
import { spark } from './spark';
import { temporal } from './temporal';
import { trino } from './trino';
import { worker } from './worker';

/** Every service of the stack, once. */
export const SERVICES: Readonly<Record<ServiceName, ServiceDefinition>> = {
  temporal,
  kafka,
  s3,
  nessie,
  registry,
  bootstrap,
  trino,
  spark,
  worker,
};

/**
 * The services to start: those named by `only` with all they need (without it when `alone`), or all
 * of them, less `without`. A service whose dependency was left out by `without` is left out too, unless
 * that one runs `elsewhere`: then it is used there.
 *
 * @throws UnknownServiceError for a name that is not in the table.
 */
export function selectServices(choice: {
  only?: string[];
  without?: string[];
  alone?: boolean;
  elsewhere?: readonly ServiceName[];
}): ServiceName[] {
  const wanted = new Set(
    choice.only === undefined
      ? SERVICE_NAMES
      : choice.only.map(serviceNamed).flatMap(choice.alone ? (name) => [name] : withNeeded),
  );
  const leftOut = new Set(choice.without?.map(serviceNamed) ?? []);
  const missing = new Set([...leftOut].filter((name) => !choice.elsewhere?.includes(name)));
  const kept = (name: ServiceName): boolean =>
    wanted.has(name) && !leftOut.has(name) && withDependencies(name).every((needed) => !missing.has(needed));
  return SERVICE_NAMES.filter(kept);
}

/** @throws UnknownServiceError */
export function serviceNamed(name: string): ServiceName {
  const found = SERVICE_NAMES.find((known) => known === name);
  if (found === undefined) throw new UnknownServiceError(name, SERVICE_NAMES);
  return found;
}

function withNeeded(name: ServiceName): ServiceName[] {
  const { dependsOn, uses = [] } = SERVICES[name];
  return [name, ...[...dependsOn, ...uses].flatMap(withNeeded)];
}

function withDependencies(name: ServiceName): ServiceName[] {
  return [name, ...SERVICES[name].dependsOn.flatMap(withDependencies)];
}
