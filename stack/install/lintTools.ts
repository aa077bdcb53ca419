import fs from 'node:fs';
import path from 'node:path';
import { installation } from '../layout';
import { fingerprint, isStamped, removeStamp, stamp } from './fingerprint';
import type { Program } from './prerequisites';
import { PIP_INSTALL, runInstaller } from './runInstaller';

const PART = 'lint';

/**
 * Makes `.stack/lint` from its lock: what checks and formats Python and SQL, apart from the environment that
 * runs, whose pins differ. Resolves with false when it was there already.
 */
export async function installLintTools(repository: string, python: Program): Promise<boolean> {
  if (isLintInstalled(repository, python)) return false;
  const { root } = installation(path.join(repository, '.stack'));
  const venv = path.join(root, PART);
  removeStamp(root, PART);
  fs.rmSync(venv, { recursive: true, force: true });
  fs.mkdirSync(root, { recursive: true });
  await runInstaller(PART, python.path, ['-m', 'venv', venv], repository);
  const python3 = path.join(venv, 'bin', 'python');
  await runInstaller(PART, python3, [...PIP_INSTALL, '-r', lockFile(repository)], repository);
  stamp(root, PART, inputs(repository, python));
  return true;
}

export function isLintInstalled(repository: string, python: Program): boolean {
  const { root } = installation(path.join(repository, '.stack'));
  return (
    isStamped(root, PART, inputs(repository, python)) && fs.existsSync(path.join(root, PART, 'bin', 'ruff'))
  );
}

function inputs(repository: string, python: Program): string {
  return fingerprint([lockFile(repository)], [python.version, repository]);
}

function lockFile(repository: string): string {
  return path.join(repository, 'stack', 'lint-requirements.txt');
}
