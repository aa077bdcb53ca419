import fs from 'node:fs';
import path from 'node:path';
import { installation } from '../layout';
import { runInstaller } from './runInstaller';
import { fingerprint, isStamped, removeStamp, stamp } from './fingerprint';

const PART = 'maven';

/**
 * Brings the JVM artifacts of `stack/pom.xml` into `.stack`, with Maven's checksums enforced.
 * Resolves with false when they were there already.
 */
export async function installMaven(repository: string): Promise<boolean> {
  if (isMavenInstalled(repository)) return false;
  const { root } = installation(path.join(repository, '.stack'));
  const pom = path.join(repository, 'stack', 'pom.xml');
  removeStamp(root, PART);
  const fresh = path.join(root, 'maven');
  fs.rmSync(fresh, { recursive: true, force: true });
  await runInstaller(
    PART,
    'mvn',
    ['-q', '-B', '-C', '-f', pom, `-Dstack.directory=${fresh}`, 'generate-resources'],
    repository,
  );
  moveIntoPlace(fresh, root);
  stamp(root, PART, fingerprint([pom]));
  return true;
}

/** true when `.stack` matches this pom.xml. */
export function isMavenInstalled(repository: string): boolean {
  const { root, trinoLibraries } = installation(path.join(repository, '.stack'));
  return (
    isStamped(root, PART, fingerprint([path.join(repository, 'stack', 'pom.xml')])) &&
    fs.existsSync(trinoLibraries)
  );
}

/** The archives carry their version in the folder's name; the stack's own paths do not. */
function moveIntoPlace(fresh: string, root: string): void {
  const plugins = path.join(fresh, 'trino-plugin');
  const moves = [
    [path.join(fresh, 'jars'), 'jars'],
    [path.join(fresh, 'kafka'), 'kafka'],
    [path.join(fresh, 'nessie'), 'nessie'],
    [path.join(fresh, 'registry'), 'registry'],
    [path.join(onlyFolder(path.join(fresh, 'trino-server')), 'lib'), 'trino/lib'],
    [onlyFolder(plugins), 'trino/plugin/iceberg'],
  ] as const;
  for (const folder of ['jars', 'kafka', 'nessie', 'registry', 'trino'])
    fs.rmSync(path.join(root, folder), { recursive: true, force: true });
  for (const [from, to] of moves) {
    fs.mkdirSync(path.dirname(path.join(root, to)), { recursive: true });
    fs.renameSync(from, path.join(root, to));
  }
  fs.rmSync(fresh, { recursive: true, force: true });
}

function onlyFolder(parent: string): string {
  const [name, ...others] = fs.readdirSync(parent);
  if (name === undefined || others.length > 0)
    throw new Error(`expected one folder in ${parent}, found ${[name, ...others].join(', ') || 'none'}`);
  return path.join(parent, name);
}
