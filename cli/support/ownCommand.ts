import { spawn } from 'node:child_process';
import path from 'node:path';
import { repositoryRoot } from '../../settings/repositoryRoot';
import { OwnCommandFailedError } from './errors';

export interface OwnRun {
  environment: Record<string, string>;
  say(line: string): void;
}

/**
 * Runs one of our own commands as a user would type it, showing the line first; returns its stdout.
 *
 * @throws OwnCommandFailedError with the exit code.
 */
export async function runOwn(own: OwnRun, args: string[]): Promise<string> {
  own.say(
    `\n$ npx currents ${args.map((arg) => (/[\s"']/.test(arg) ? JSON.stringify(arg) : arg)).join(' ')}`,
  );
  const child = spawn(process.execPath, [path.join(repositoryRoot(), 'bin', 'currents.js'), ...args], {
    cwd: repositoryRoot(),
    env: { ...process.env, ...own.environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (output += chunk));
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  if (code !== 0) throw new OwnCommandFailedError(args, code, output);
  return output;
}
