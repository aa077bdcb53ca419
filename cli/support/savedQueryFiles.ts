import fs from 'node:fs';
import path from 'node:path';
import { filesFolderOf, pipelineNames } from '../../pipelines/registry';
import { repositoryRoot } from '../../settings/repositoryRoot';
import { AmbiguousQueryError, UnknownQueryError } from './errors';

const CORE_FOLDER = path.join(repositoryRoot(), 'trino', 'queries');

/** Saved queries by name: `<query>` of the core, `<pipeline>/<query>` of an enabled pipeline. */
export type SavedQueryFiles = ReadonlyMap<string, string>;

export function savedQueryFiles(
  pipelines: readonly string[] = pipelineNames(),
  folderOf = filesFolderOf,
): SavedQueryFiles {
  const ofPipelines = pipelines.flatMap((name) =>
    queriesIn(path.join(folderOf(name), 'queries'), `${name}/`),
  );
  return new Map([...queriesIn(CORE_FOLDER, ''), ...ofPipelines]);
}

/** A pipeline without the folder has no queries. */
function queriesIn(folder: string, prefix: string): [string, string][] {
  if (!fs.existsSync(folder)) return [];
  return fs
    .readdirSync(folder)
    .filter((file) => file.endsWith('.sql'))
    .sort()
    .map((file) => [`${prefix}${path.basename(file, '.sql')}`, path.join(folder, file)]);
}

/**
 * The file of a full name, or of a short one that only one pipeline has. A query of the core comes before any
 * pipeline's, so that a new pipeline never changes what its name means.
 *
 * @throws UnknownQueryError, AmbiguousQueryError
 */
export function savedQueryFile(name: string, files: SavedQueryFiles): string {
  const full = files.get(name);
  if (full !== undefined) return full;
  const candidates = [...files.keys()].filter((known) => known.split('/')[1] === name);
  if (candidates.length > 1) throw new AmbiguousQueryError(name, candidates);
  if (candidates.length === 0) throw new UnknownQueryError(name, [...files.keys()]);
  return files.get(candidates[0]!)!;
}
