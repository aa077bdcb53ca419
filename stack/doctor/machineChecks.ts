import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { CurrentsError } from '../../core/errors';
import { repositoryRoot } from '../../settings/repositoryRoot';
import { findSparkJava } from '../findJava';
import { humanSize } from '../folderSize';
import { isInstalled } from '../install/installStack';
import { freeAt } from '../services/volumeSize';
import { requireMaven, requireNode, requirePython } from '../install/prerequisites';
import { requireUsableFolders } from '../usableFolders';
import { bad, ok, type Check, type Finding } from './check';

const GIB = 1024 ** 3;
const MEMORY_NEEDED_BYTES = 6 * GIB;
const DISK_NEEDED_BYTES = 5 * GIB;

/** What the machine must offer before anything is started. */
export const MACHINE_CHECKS: readonly Check[] = [
  { name: 'Node.js', run: () => attempt(() => requireNode().version) },
  { name: 'Python', run: ({ config }) => attempt(() => requirePython(config).version) },
  { name: 'Maven', run: () => attempt(() => requireMaven().version) },
  { name: 'JDK for Spark', run: ({ config }) => attempt(() => describeJava(findSparkJava(config))) },
  { name: 'Node packages', run: nodePackages },
  { name: 'Stack programs', run: ({ config }) => installed(config) },
  { name: 'Folders', run: ({ config }) => attempt(() => folders(config.home)) },
  { name: 'Memory', run: memory },
  { name: 'Disk', run: ({ config }) => disk(config.home) },
];

function attempt(look: () => string): Finding {
  try {
    return ok(look());
  } catch (error) {
    if (error instanceof CurrentsError) return bad(error.message, error.hint);
    throw error;
  }
}

function describeJava({ major, home }: { major: number; home: string }): string {
  return `${major} at ${home}`;
}

/** npm writes this copy of the lock last of all, so it is older than the lock when an install is due. */
function nodePackages(): Finding {
  const [lock, done] = ['package-lock.json', 'node_modules/.package-lock.json'].map((file) =>
    path.join(repositoryRoot(), file),
  );
  if (!fs.existsSync(done!)) return bad('not installed', 'make setup');
  return fs.statSync(lock!).mtimeMs > fs.statSync(done!).mtimeMs + 1000
    ? bad('older than package-lock.json', 'make setup')
    : ok('installed');
}

function installed(config: Parameters<typeof isInstalled>[0]): Finding {
  const missing = isInstalled(config)
    .filter(({ installed: is }) => !is)
    .map(({ part }) => part);
  return missing.length === 0
    ? ok('installed, as the lock files say')
    : bad(`${missing.join(' and ')}: missing or of an older lock`, 'make setup');
}

function folders(home: string): string {
  requireUsableFolders(home, repositoryRoot());
  return 'paths that every program can take';
}

function memory(): Finding {
  const total = os.totalmem();
  const finding = `${humanSize(total)}, ${humanSize(os.freemem())} of it free`;
  return total < MEMORY_NEEDED_BYTES
    ? bad(`${finding}; the stack takes up to 6 GiB`, 'currents up --without spark,worker')
    : ok(finding);
}

function disk(home: string): Finding {
  const { bytes, folder } = freeAt(home);
  const shortage = diskShortage(home);
  return shortage === undefined
    ? ok(`${humanSize(bytes)} free at ${folder}`)
    : bad(shortage, 'CURRENTS_HOME=<folder on a larger disk> currents up');
}

/** What is wrong with the disk of a home; undefined where there is room enough. `currents up` says it too. */
export function diskShortage(home: string, { bytes, folder } = freeAt(home)): string | undefined {
  return bytes < DISK_NEEDED_BYTES
    ? `${humanSize(bytes)} free at ${folder}; expected 5 GiB or more`
    : undefined;
}
