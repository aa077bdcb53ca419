import fs from 'node:fs';
import path from 'node:path';
import { repositoryRoot } from '../../../settings/repositoryRoot';

const FOLDERS = [
  'core',
  'settings',
  'clients',
  'activities',
  'workflows',
  'nessie',
  'trino',
  'pipelines',
  'stack',
  'cli',
];

/** Every code a user can meet, from the files that define errors: TypeScript's, and the Spark jobs' own. */
export function errorCodes(): string[] {
  const typescript = errorFiles().flatMap((file) => codesIn(file, /\bcode: '([A-Z][A-Z0-9_]+)'/g));
  const python = filesUnder(path.join('spark', 'currents_spark'))
    .filter((file) => file.endsWith(`${path.sep}errors.py`))
    .flatMap((file) => codesIn(file, /^ {4}code = "([A-Z][A-Z0-9_]+)"/gm));
  return [...new Set([...typescript, ...python])].sort();
}

function errorFiles(): string[] {
  return FOLDERS.flatMap(filesUnder).filter((file) => /errors\.ts$/i.test(file));
}

function filesUnder(folder: string): string[] {
  return fs
    .readdirSync(path.join(repositoryRoot(), folder), { recursive: true, encoding: 'utf8' })
    .map((file) => path.join(folder, file));
}

function codesIn(file: string, pattern: RegExp): string[] {
  return [...textOf(file).matchAll(pattern)].map(([, code]) => code!);
}

function textOf(file: string): string {
  return fs.readFileSync(path.join(repositoryRoot(), file), 'utf8');
}
