import { spawn } from 'node:child_process';

const KEPT_OUTPUT = 8_000;

/**
 * Runs a short-lived program and resolves with its output (both streams) when it ends with 0.
 *
 * @throws Error with the end of its output otherwise.
 */
export function runToEnd(
  file: string,
  args: string[],
  env: Record<string, string>,
  cwd?: string,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, {
      env,
      ...(cwd === undefined ? {} : { cwd }),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    const keep = (chunk: Buffer): void => {
      output = (output + chunk.toString()).slice(-KEPT_OUTPUT);
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve(output);
      else reject(new Error(`${file} ${args.slice(0, 3).join(' ')} ended with ${code}: ${output.trim()}`));
    });
  });
}
