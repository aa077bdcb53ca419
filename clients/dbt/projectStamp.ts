import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';

/** Differ from run to run, and nothing that is parsed depends on them. */
const OF_ONE_RUN = ['DBT_ENV_CUSTOM_ENV_RUN_KEY', 'DBT_CHANGED_RANGES', 'DBT_KNOWN_TABLES'];

/**
 * Another text as soon as a file of the project changes, or a setting that parsing it may read. By size and
 * time of each file, as dbt itself finds changed files.
 */
export function projectStamp(projectDir: string, env: NodeJS.ProcessEnv = {}): string {
  const settings = Object.entries(env).filter(([name]) => !OF_ONE_RUN.includes(name));
  return createHash('sha256')
    .update(JSON.stringify([settings.sort(), filesOf(projectDir)]))
    .digest('hex');
}

function filesOf(folder: string): [string, number, number][] {
  return fs
    .readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .sort()
    .map((name) => {
      const { size, mtimeMs } = fs.statSync(path.join(folder, name));
      return [name, size, mtimeMs];
    });
}
