import path from 'node:path';
import { proxyVariables } from '../../settings/proxies';
import { repositoryRoot } from '../../settings/repositoryRoot';
import type { TimeRange } from '../../core/touched';
import { InvalidChangedRangeError } from './errors';

export interface DbtBuildRequest {
  /** Marks every statement of the build in Trino, among those of all pipelines: see `queriesOfRunSql`. */
  runKey: string;
  /** Trino catalog to build in: a slot, or a feature branch's. */
  catalog: string;
  trinoUrl: string;
  trinoUser?: string;
  /** Folder of this run alone: run_results.json and dbt's log end up here. */
  targetDir: string;
  /** Folder shared by all runs of the stack; keeps the parsed project per catalog. */
  cacheDir: string;
  projectDir?: string;
  dbtCommand?: string;
  /** dbt selectors, e.g. `tag:interval` for the tables that change every five minutes; all when left out. */
  select?: string[];
  /**
   * Names of nodes to leave out: tests that fail on the target branch by the same rows, and models that would
   * be as they are.
   */
  exclude?: readonly string[];
  /** Tables that the catalog has when the build begins, as `schema.table`; dbt asks Trino unless given. */
  tables?: readonly string[];
  /** What the run touched; none: everything is rebuilt. */
  changed?: readonly TimeRange[];
  fullRefresh?: boolean;
  /** dbt's unit tests prove the SQL and not the data, so a run skips them by default. */
  unitTests?: boolean;
  /** Skip the tests of the data: an operator has overridden them (default false). */
  withoutTests?: boolean;
  threads?: number;
}

/** Arguments of `dbt build`; nothing secret, nothing that differs between two runs but the folders. */
export function dbtArguments(request: DbtBuildRequest): string[] {
  return [
    '--log-format',
    'json',
    '--log-path',
    request.targetDir,
    '--log-level-file',
    'info',
    '--no-use-colors',
    'build',
    ...projectArguments(request),
    ...(request.exclude?.length ? ['--exclude', ...request.exclude] : []),
    ...(request.unitTests ? [] : ['--exclude-resource-type', 'unit_test']),
    ...(request.withoutTests ? ['--exclude-resource-type', 'test'] : []),
    ...(request.fullRefresh ? ['--full-refresh'] : []),
  ];
}

/** Arguments of a command that parses the project, asks no warehouse and prints nothing. */
export function parseArguments(request: DbtBuildRequest): string[] {
  return [...silently(request), 'parse', ...projectArguments({ ...request, select: [] })];
}

/** The same of a command that selects as `dbt build` does. */
export function rehearsalArguments(request: DbtBuildRequest): string[] {
  return [...silently(request), 'ls', ...projectArguments(request)];
}

/**
 * Arguments of the commands that make the page of the project, in one file: dbt writes its manifest when it
 * parses, and reads it for the page. Columns and types are those of the contracts, so the warehouse is not
 * asked.
 */
export function docsArguments(project: string, targetDir: string): string[][] {
  const logs = ['--log-path', targetDir, '--log-level-file', 'none', '--no-use-colors'];
  const folders = ['--project-dir', project, '--profiles-dir', project, '--target-path', targetDir];
  return [
    [...logs, 'parse', ...folders],
    [...logs, 'docs', 'generate', '--static', '--no-compile', '--empty-catalog', ...folders],
  ];
}

function silently({ targetDir }: DbtBuildRequest): string[] {
  return [
    '--quiet',
    '--no-write-json',
    '--log-level',
    'none',
    '--log-level-file',
    'none',
    '--log-path',
    targetDir,
  ];
}

/** The folder of the dbt project. */
export function projectOf({ projectDir }: Pick<DbtBuildRequest, 'projectDir'>): string {
  return projectDir ?? path.join(repositoryRoot(), 'dbt');
}

function projectArguments({ projectDir, targetDir, select }: DbtBuildRequest): string[] {
  const project = projectOf({ projectDir });
  return [
    '--project-dir',
    project,
    '--profiles-dir',
    project,
    '--target-path',
    targetDir,
    ...(select?.length ? ['--select', ...select] : []),
  ];
}

/**
 * The child's whole environment. What changes from run to run goes this way, because a change of
 * `--vars` would make dbt parse the project from scratch.
 *
 * @throws InvalidChangedRangeError
 */
export function dbtEnvironment(request: DbtBuildRequest): NodeJS.ProcessEnv {
  const trino = new URL(request.trinoUrl);
  return {
    ...dbtBaseEnvironment(),
    TRINO_SCHEME: trino.protocol.replace(':', ''),
    TRINO_HOST: trino.hostname,
    TRINO_PORT: trino.port || (trino.protocol === 'https:' ? '443' : '80'),
    TRINO_USER: request.trinoUser ?? 'currents',
    TRINO_CATALOG: request.catalog,
    DBT_THREADS: String(request.threads ?? 2),
    DBT_ENV_CUSTOM_ENV_RUN_KEY: request.runKey,
    DBT_CHANGED_RANGES: (request.changed ?? []).map(rangeText).join(','),
    ...(request.tables ? { DBT_KNOWN_TABLES: request.tables.join(',') } : {}),
  };
}

/** Environment of any dbt; unbuffered, so that its log is read as it is written. */
export function dbtBaseEnvironment(): NodeJS.ProcessEnv {
  return {
    ...proxyVariables(),
    PATH: process.env.PATH,
    HOME: process.env.HOME,
    LANG: 'C.UTF-8',
    PYTHONUNBUFFERED: '1',
    DO_NOT_TRACK: '1',
  };
}

/**
 * SQL for the ids of the run's statements that have not ended; Trino shows no client tags there, only the
 * text.
 */
export function queriesOfRunSql(key: string): string {
  const mark = `/* currents_run=${key} `.replace(/'/g, "''");
  return (
    "select query_id from system.runtime.queries where source like 'dbt-trino-%' " +
    `and starts_with(query, '${mark}') and state not in ('FINISHED', 'FAILED')`
  );
}

function rangeText({ from, to }: TimeRange): string {
  const isInstant = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z$/;
  if (!isInstant.test(from) || !isInstant.test(to) || Date.parse(from) >= Date.parse(to))
    throw new InvalidChangedRangeError(`${from} to ${to}`);
  return `${from}/${to}`;
}
