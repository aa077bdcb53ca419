import { execFile } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { repositoryRoot } from '../settings/repositoryRoot';
import { fingerprint, isStamped, stamp } from '../stack/install/fingerprint';
import { runInstaller } from '../stack/install/runInstaller';
import { installation } from '../stack/layout';

const PART = 'bench-frames';

export const FRAME_TOOLS = ['pandas', 'polars'] as const;
export type FrameTool = (typeof FRAME_TOOLS)[number];

/**
 * The same archives unpacked, parsed and written to one Parquet file by a data frame library, imports
 * included.
 */
export async function runFrames(
  tool: FrameTool,
  archives: string,
  folder: string,
): Promise<{ rows: number; seconds: number }> {
  const script = path.join(repositoryRoot(), 'bench', 'frames.py');
  const { stdout } = await promisify(execFile)(await framesPython(), [
    script,
    tool,
    '--archives',
    archives,
    '--target',
    path.join(folder, `${tool}.parquet`),
  ]);
  return JSON.parse(stdout.trim().split('\n').at(-1)!) as { rows: number; seconds: number };
}

/** The stack needs none of them, so they get a Python environment of their own at first use. */
async function framesPython(): Promise<string> {
  const { root, python } = installation();
  const requirements = path.join(repositoryRoot(), 'bench', 'frames-requirements.txt');
  const venv = path.join(root, 'bench', 'frames');
  const own = path.join(venv, 'bin', 'python');
  const inputs = fingerprint([requirements], [venv]);
  if (isStamped(root, PART, inputs) && fs.existsSync(own)) return own;
  fs.rmSync(venv, { recursive: true, force: true });
  await runInstaller(PART, python, ['-m', 'venv', venv], repositoryRoot());
  await runInstaller(
    PART,
    own,
    ['-m', 'pip', 'install', '--quiet', '--no-input', '--disable-pip-version-check', '-r', requirements],
    repositoryRoot(),
  );
  stamp(root, PART, inputs);
  return own;
}
