import fs from 'node:fs';
import path from 'node:path';
import { repositoryRoot } from '../settings/repositoryRoot';

/** Folder with real files of others, which are no part of the repository. */
const SHARED_DATA = process.env.CURRENTS_DATA || path.join(repositoryRoot(), '..', 'shared', 'data');

/**
 * Folder with the market operator's real files; tests that need it are skipped, with a printed reason,
 * without it.
 */
export const MARKET_FILES = path.join(SHARED_DATA, 'nem');

const isThere = fs.existsSync(MARKET_FILES);

/** `describe` and `it` over real files: the one place that decides whether they run. */
export const [describeReal, itReal] = isThere ? [describe, it] : [describe.skip, it.skip];

if (!isThere) process.stderr.write(`skipped: no real files in ${MARKET_FILES} (set CURRENTS_DATA)\n`);

/** Folder with real sensors' series. */
export const SENSOR_FILES = path.join(SHARED_DATA, 'iot');

/** `it` over real sensors' series. */
export const itRealSensors = fs.existsSync(SENSOR_FILES) ? it : it.skip;

if (!fs.existsSync(SENSOR_FILES))
  process.stderr.write(`skipped: no real files in ${SENSOR_FILES} (set CURRENTS_DATA)\n`);

export function realBytes(file: string): Buffer {
  return fs.readFileSync(path.join(MARKET_FILES, file));
}

/**
 * Names of the files under a folder of the real data that fit, relative to it; where there is no real data,
 * one that nothing will read.
 */
export function realNames(folder: string, fitting: RegExp): string[] {
  // Skipped tests are still listed, and Jest lists none without a case.
  if (!isThere) return ['absent'];
  const root = path.join(MARKET_FILES, folder);
  return fs
    .readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(root, path.join(entry.parentPath, entry.name)))
    .filter((name) => fitting.test(name))
    .sort();
}
