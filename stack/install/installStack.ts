import type { Config } from '../../settings/config';
import { repositoryRoot } from '../../settings/repositoryRoot';
import { findSparkJava } from '../findJava';
import { installLintTools, isLintInstalled } from './lintTools';
import { installMaven, isMavenInstalled } from './maven';
import { requireMaven, requireNode, requirePython } from './prerequisites';
import { installPython, isPythonInstalled } from './python';

/**
 * Installs what the stack needs beside npm's packages into `.stack`, Python's and Maven's parts side by side.
 * Quick when nothing changed; interrupted steps are repeated. `say` gets one line per step.
 *
 * @throws PrerequisiteError for what the user must install first; InstallError when pip or Maven fails.
 */
export async function installStack(config: Config, say: (line: string) => void): Promise<void> {
  const repository = repositoryRoot();
  requireNode();
  const python = requirePython(config);
  findSparkJava(config);
  if (!isMavenInstalled(repository)) requireMaven();
  const parts = [
    told('Python packages', () => installPython(repository, python), say),
    told('Lint tools', () => installLintTools(repository, python), say),
    told('JVM artifacts', () => installMaven(repository), say),
  ];
  const failed = (await Promise.allSettled(parts)).find((part) => part.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}

/** The installed parts that match the lock files. */
export function isInstalled(config: Config): { part: string; installed: boolean }[] {
  const repository = repositoryRoot();
  return [
    { part: 'Python packages', installed: isPythonInstalled(repository, requirePython(config)) },
    { part: 'Lint tools', installed: isLintInstalled(repository, requirePython(config)) },
    { part: 'JVM artifacts', installed: isMavenInstalled(repository) },
  ];
}

async function told(
  what: string,
  install: () => Promise<boolean>,
  say: (line: string) => void,
): Promise<void> {
  const started_ms = Date.now();
  const news = setTimeout(() => say(`${what}: installing (some minutes the first time) ...`), 500);
  try {
    const installed = await install();
    say(
      installed
        ? `${what}: installed in ${((Date.now() - started_ms) / 1000).toFixed(0)} s`
        : `${what}: up to date`,
    );
  } finally {
    clearTimeout(news);
  }
}
