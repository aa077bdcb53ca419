import fs from 'node:fs';
import path from 'node:path';
import { installation } from '../layout';
import { PIP_INSTALL, runInstaller } from './runInstaller';
import type { Program } from './prerequisites';
import { fingerprint, isStamped, removeStamp, stamp } from './fingerprint';

const PART = 'python';

/**
 * Makes `.stack/venv` from the lock, with every file's hash checked, and gives the JDK its class archive. It
 * also compiles the venv: some environments forbid Python to do so later, and then every start pays.
 * Resolves with false when it was there already.
 */
export async function installPython(repository: string, python: Program): Promise<boolean> {
  if (isPythonInstalled(repository, python)) return false;
  const { root, venv } = installation(path.join(repository, '.stack'));
  removeStamp(root, PART);
  fs.rmSync(venv, { recursive: true, force: true });
  fs.mkdirSync(root, { recursive: true });
  await runInstaller(PART, python.path, ['-m', 'venv', venv], repository);
  await installLocks(repository, path.join(venv, 'bin', 'python'), lockFiles(repository));
  await runInstaller(
    PART,
    path.join(venv, 'bin', 'python'),
    ['-m', 'compileall', '-q', '-j', '2', path.join(venv, 'lib')],
    repository,
  );
  await runInstaller('jdk', installation(root).java, ['-Xshare:dump'], repository);
  stamp(root, PART, inputs(repository, python));
  return true;
}

/**
 * true when `.stack/venv` was made from these locks, by this Python, at this place (an environment cannot be
 * moved).
 */
export function isPythonInstalled(repository: string, python: Program): boolean {
  const { root, venv } = installation(path.join(repository, '.stack'));
  return isStamped(root, PART, inputs(repository, python)) && fs.existsSync(path.join(venv, 'bin', 'python'));
}

function inputs(repository: string, python: Program): string {
  return fingerprint(lockFiles(repository), [python.version, repository]);
}

function lockFiles(repository: string): string[] {
  return ['build-requirements.txt', 'requirements.txt'].map((name) => path.join(repository, 'stack', name));
}

/** Build tools of source-only packages are pinned too: pip would otherwise fetch the newest, unchecked. */
async function installLocks(repository: string, python: string, [build, packages]: string[]): Promise<void> {
  const pip = [...PIP_INSTALL, '--no-compile'];
  await runInstaller(PART, python, [...pip, '-r', build!], repository);
  await runInstaller(PART, python, [...pip, '--no-build-isolation', '-r', packages!], repository);
}
