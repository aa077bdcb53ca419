import { spawnSync } from 'node:child_process';
import type { Config } from '../../settings/config';
import { PrerequisiteError } from '../errors';

export interface Program {
  path: string;
  version: string;
}

/** @throws PrerequisiteError when Node is older than 20.19. */
export function requireNode(version = process.versions.node): Program {
  if (!isAtLeast(version, '20.19.0'))
    throw new PrerequisiteError(
      'Node.js',
      '20.19 or newer',
      version,
      'Install Node.js 20 (20.19 or newer) and put it first on PATH.',
    );
  return { path: process.execPath, version };
}

/**
 * @throws PrerequisiteError when the Python of the setting, or on PATH, is missing, older than 3.11 or has no
 * venv.
 */
export function requirePython(config: Pick<Config, 'CURRENTS_PYTHON'>): Program {
  const python = config.CURRENTS_PYTHON ?? 'python3';
  const hint =
    'Install Python 3.11 or newer (Debian: apt install python3 python3-venv), or set CURRENTS_PYTHON to one.';
  const version = firstVersion(python, ['--version']);
  if (version === undefined || !isAtLeast(version, '3.11.0'))
    throw new PrerequisiteError(`Python (${python})`, '3.11 or newer', version ?? 'none', hint);
  if (spawnSync(python, ['-c', 'import venv, ensurepip']).status !== 0) {
    throw new PrerequisiteError(
      `Python (${python})`,
      'the modules venv and ensurepip',
      'neither',
      'Debian: apt install python3-venv',
    );
  }
  return { path: python, version };
}

/** @throws PrerequisiteError when Maven, or a Java for it, is missing or too old. */
export function requireMaven(): Program {
  const hint =
    'Install Maven 3.6.3 or newer and a JDK 17 (Debian: apt install maven openjdk-17-jdk-headless).';
  const version = firstVersion('mvn', ['--version']);
  if (version === undefined || !isAtLeast(version, '3.6.3'))
    throw new PrerequisiteError('Maven (mvn)', '3.6.3 or newer', version ?? 'none that runs', hint);
  return { path: 'mvn', version };
}

/** Compares dotted version numbers; parts that are missing count as 0. */
export function isAtLeast(found: string, wanted: string): boolean {
  const [left, right] = [found, wanted].map((version) => version.split('.').map(Number)) as [
    number[],
    number[],
  ];
  for (let part = 0; part < right.length; part += 1) {
    if ((left[part] ?? 0) !== right[part]!) return (left[part] ?? 0) > right[part]!;
  }
  return true;
}

function firstVersion(program: string, args: string[]): string | undefined {
  const answer = spawnSync(program, args, { encoding: 'utf8', timeout: 30_000 });
  return answer.status === 0
    ? `${answer.stdout}${answer.stderr}`.match(/(\d+\.\d+(\.\d+)?)/)?.[1]
    : undefined;
}
