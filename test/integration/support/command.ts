import { spawn } from 'node:child_process';
import path from 'node:path';
import { readConfig } from '../../../settings/config';
import { catalogOfBranch, MAIN_BRANCH } from '../../../core/ids';
import { TrinoClient } from '../../../trino/client';
import { asRecords } from '../../../trino/records';
import { proxiedBy } from './recordingProxy';

export interface CommandResult {
  code: number | null;
  stdout: string;
  stderr: string;
}

const BINARY = path.join(__dirname, '..', '..', '..', 'bin', 'currents.js');

/** Runs our command as a script would, against the test stack; says in the log how long it took. */
export async function currents(
  args: string[],
  environment: Record<string, string> = {},
): Promise<CommandResult> {
  const child = spawn(process.execPath, [BINARY, ...args], {
    env: { ...process.env, ...proxiedBy(), ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const result: CommandResult = { code: null, stdout: '', stderr: '' };
  const started_ms = Date.now();
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (result.stdout += chunk));
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (result.stderr += chunk));
  result.code = await new Promise((resolve) => child.once('close', resolve));
  process.stderr.write(
    `      ${((Date.now() - started_ms) / 1000).toFixed(1)} s  currents ${args.join(' ').slice(0, 100)}\n`,
  );
  return result;
}

export type Row = Record<string, string | number | null | boolean>;

/**
 * Asks the lake as `currents query` does, with an analyst's rights, on main or on the branch named; without
 * the command, which costs more than the query.
 */
export async function query(
  sql: string,
  { NESSIE_BRANCH = MAIN_BRANCH }: { NESSIE_BRANCH?: string } = {},
): Promise<Row[]> {
  const trino = new TrinoClient({
    server: readConfig().trinoUrl,
    user: 'analyst',
    source: 'currents-test',
    catalog: catalogOfBranch(NESSIE_BRANCH),
  });
  return asRecords(await trino.runQuery(sql)) as Row[];
}

/** The JSON that a command with `--json` prints, whatever its exit code. */
export async function json<T>(
  args: string[],
  environment: Record<string, string> = {},
): Promise<{ code: number | null; body: T }> {
  const result = await currents([...args, '--json'], environment);
  if (!result.stdout.trim())
    throw new Error(`expected JSON from ${args.join(' ')}, found exit ${result.code}: ${result.stderr}`);
  return { code: result.code, body: JSON.parse(result.stdout) as T };
}
