import { SERVICE_NAMES, type ServiceName } from '../../stack/services/definition';

/** Services of every stack that trials kill. Trials of a seed draw from them by position: the order stays. */
export const VICTIMS = [
  'worker',
  'spark',
  'kafka',
  's3',
  'nessie',
  'trino',
  'temporal',
  'supervisor',
] as const;
export type Victim = (typeof VICTIMS)[number] | Exclude<ServiceName, 'bootstrap'> | 'dbt';

/** Services that the stack has beside them for telemetry, such as a schema registry. */
export function victimsOfTelemetry(names: readonly string[] = SERVICE_NAMES): Victim[] {
  const known: readonly string[] = VICTIMS;
  // Bootstrap ends by itself once the stack is up.
  return names.filter((name) => !known.includes(name) && name !== 'bootstrap') as Victim[];
}
