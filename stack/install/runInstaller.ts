import { spawn } from 'node:child_process';
import { InstallError } from '../errors';

const KEPT_OUTPUT = 20_000;
const TAIL_LINES = 25;

/** pip that asks nothing and checks every file against its hash. */
export const PIP_INSTALL = [
  ...['-m', 'pip', 'install', '--quiet', '--no-input'],
  ...['--disable-pip-version-check', '--require-hashes'],
];

/**
 * Runs one step of an install with the user's own environment (mirrors and proxies are set there)
 * and resolves when it ended with 0.
 *
 * @throws InstallError with the end of its output.
 */
export function runInstaller(part: string, file: string, args: string[], cwd: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const keep = (chunk: Buffer): void => {
      output = (output + chunk.toString()).slice(-KEPT_OUTPUT);
    };
    const fail = (): void =>
      reject(
        new InstallError(
          part,
          [file, ...args].join(' '),
          output.trim().split('\n').slice(-TAIL_LINES).join('\n'),
        ),
      );
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.on('error', (error) => {
      output += error.message;
      fail();
    });
    child.on('close', (code) => (code === 0 ? resolve() : fail()));
  });
}
