import { spawn } from 'node:child_process';
import path from 'node:path';

export interface CommandResult {
  code: number | null;
  stdout: string;
  stderr: string;
}

const BINARY = path.join(__dirname, '..', '..', '..', 'bin', 'currents.js');

/** Runs our command as a script would, against the test stack. */
export async function currents(args: string[], environment: Record<string, string> = {}): Promise<CommandResult> {
  const child = spawn(process.execPath, [BINARY, ...args], { env: { ...process.env, ...environment }, stdio: ['ignore', 'pipe', 'pipe'] });
  const result: CommandResult = { code: null, stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (result.stdout += chunk));
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (result.stderr += chunk));
  result.code = await new Promise((resolve) => child.once('close', resolve));
  return result;
}

export type Row = Record<string, string | number | null | boolean>;

/** Asks the lake as an analyst does. */
export async function query(sql: string, environment: Record<string, string> = {}): Promise<Row[]> {
  const result = await currents(['query', '--format', 'json', sql], environment);
  if (result.code !== 0) throw new Error(`expected rows, found exit ${result.code}: ${result.stderr}`);
  return JSON.parse(result.stdout) as Row[];
}

/** The JSON that a command with `--json` prints, whatever its exit code. */
export async function json<T>(args: string[], environment: Record<string, string> = {}): Promise<{ code: number | null; body: T }> {
  const result = await currents([...args, '--json'], environment);
  if (!result.stdout.trim()) throw new Error(`expected JSON from ${args.join(' ')}, found exit ${result.code}: ${result.stderr}`);
  return { code: result.code, body: JSON.parse(result.stdout) as T };
}
