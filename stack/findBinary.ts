import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

/** A program the stack starts, and where it was found. */
export interface Binary {
  path: string;
  version: string;
  /** `PATH` when the user's own is used, `installed` when the one from `make setup` is. */
  origin: 'setting' | 'PATH' | 'installed';
}

export interface BinaryNeed {
  name: string;
  versionArguments: string[];
  /** The pinned version; one with the same major and at least this minor fits too. */
  version: string;
  setting?: string | undefined;
  installedAt: string;
}

/** The program named by a setting, else a fitting one on PATH, else the installed one. */
export function findBinary(need: BinaryNeed, searchPath = process.env.PATH ?? ''): Binary {
  if (need.setting !== undefined)
    return { path: need.setting, version: versionOf(need.setting, need) ?? need.version, origin: 'setting' };
  const own = searchPath
    .split(path.delimiter)
    .map((folder) => path.join(folder, need.name))
    .find((file) => isUsersOwn(file, need));
  const version = own === undefined ? undefined : versionOf(own, need);
  if (own !== undefined && version !== undefined && fits(version, need.version))
    return { path: own, version, origin: 'PATH' };
  return { path: need.installedAt, version: need.version, origin: 'installed' };
}

/** true when `found` has the major version of `wanted` and is not older. */
export function fits(found: string, wanted: string): boolean {
  const [foundMajor = 0, foundMinor = 0] = found.split('.').map(Number);
  const [wantedMajor = 0, wantedMinor = 0] = wanted.split('.').map(Number);
  return foundMajor === wantedMajor && foundMinor >= wantedMinor;
}

function isUsersOwn(file: string, need: BinaryNeed): boolean {
  return file !== need.installedAt && fs.existsSync(file);
}

function versionOf(file: string, need: BinaryNeed): string | undefined {
  const answer = spawnSync(file, need.versionArguments, { encoding: 'utf8', timeout: 10_000 });
  return answer.stdout?.match(/(\d+\.\d+(\.\d+)?)/)?.[1];
}
