import type { Config } from '../../settings/config';
import type { ServicePort } from '../../settings/ports';
import type { Installation } from '../layout';

/** In the order in which lists show them. */
export const SERVICE_NAMES = [
  'temporal',
  'kafka',
  's3',
  'nessie',
  'registry',
  'trino',
  'spark',
  'bootstrap',
  'worker',
] as const;
export type ServiceName = (typeof SERVICE_NAMES)[number];

export interface ServiceContext {
  config: Config;
  installed: Installation;
  /** The service's own folder under the stack's home. */
  folder: string;
}

export interface Command {
  file: string;
  args: string[];
  /** The whole environment of the child; nothing is inherited beyond it. */
  env: Record<string, string>;
  cwd: string;
}

/** One line of the table of services (`stack/services/table.ts`). */
export interface ServiceDefinition {
  name: ServiceName;
  ports: readonly ServicePort[];
  /** Must be ready before this one is started. */
  dependsOn: readonly ServiceName[];
  /** Started along with it, but not awaited. */
  uses?: readonly ServiceName[];
  /** Parts of the installation that must exist before it can start. */
  needs: readonly (keyof Installation)[];
  /** Its address for users; absent for a service that only the stack uses. */
  url?(config: Config): string;
  /** Shown beside the URL. */
  label: string;
  /** Writes configuration and data folders; called before every start, so idempotent. */
  prepare?(context: ServiceContext): void | Promise<void>;
  /** Absent for a step without a process: it is done when `afterReady` is. */
  command?(context: ServiceContext): Command;
  /** Resolves when the service does its work; rejects with the reason why not. */
  probe?(context: ServiceContext): Promise<void>;
  /** Called once after each start when the probe succeeded; idempotent. */
  afterReady?(context: ServiceContext): Promise<void>;
  startTimeout_ms: number;
  /** How long it may take to end after SIGTERM before it is killed. */
  stopGrace_ms: number;
}

/**
 * Everything the stack and its runs make in the home folder; other files there are not deleted. The mark of a
 * restore comes last, so that a partial deletion in this order stays marked.
 */
export const HOME_ENTRIES: readonly string[] = [...SERVICE_NAMES, 'dbt', 'logs', 'stack.json', 'restoring'];
