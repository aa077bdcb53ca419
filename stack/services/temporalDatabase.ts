import fs from 'node:fs';
import path from 'node:path';
import { TemporalDatabaseError } from '../errors';

const DATABASE_FILE = /^temporal-(.+)\.db(-\w+)?$/;

/** The dev server never migrates its database, so each version of the CLI has one of its own. */
export function databaseName(version: string): string {
  return `temporal-${version}.db`;
}

/** Versions that have a database among these file names. */
export function databaseVersions(names: string[]): string[] {
  return [...new Set(names.flatMap((name) => DATABASE_FILE.exec(name)?.[1] ?? []))];
}

/**
 * The version whose database in Temporal's folder was written last, with the names of its files: SQLite keeps
 * what is new beside the database at first. Of the version that runs, or ran last; others are left from
 * before an upgrade.
 */
export function newestDatabase(folder: string): { version: string; files: string[] } | undefined {
  const names = fs.existsSync(folder)
    ? fs.readdirSync(folder).filter((name) => DATABASE_FILE.test(name))
    : [];
  const written_ms = (name: string): number =>
    fs.statSync(path.join(folder, name), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  const [newest] = names.map((name) => ({ name, at_ms: written_ms(name) })).sort((a, b) => b.at_ms - a.at_ms);
  const [version] = newest === undefined ? [] : databaseVersions([newest.name]);
  return version === undefined
    ? undefined
    : { version, files: names.filter((name) => databaseVersions([name])[0] === version) };
}

/**
 * @throws TemporalDatabaseError when Temporal's data is in a database that this version would not open
 */
export function requireDatabaseOf(version: string, folder: string): void {
  const newest = newestDatabase(folder);
  if (newest !== undefined && newest.version !== version)
    throw new TemporalDatabaseError(folder, version, newest.version);
}
