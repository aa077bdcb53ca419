import fs from 'node:fs';
import path from 'node:path';
import { PipelineInvalidError } from '../core/errors';
import { pipelineOf, type Pipeline } from '../core/pipeline';
import type { PipelineCode } from '../core/source';
import type { Config } from '../settings/config';
import { repositoryRoot } from '../settings/repositoryRoot';
import { contractsIn } from './contractFiles';
import { readDefinition } from './definitionSchema';

/** Where a pipeline lies. */
export interface PipelineFolders {
  /** Modules: `definition`, and optionally `code`. */
  codeFolder: string;
  /** Plain files: `gates/`, `queries/`, `contracts/`, `spark/`, `dbt/`. */
  filesFolder: string;
}

/** A pipeline with the folders that hold its code and its files. */
export interface FoundPipeline extends PipelineFolders {
  pipeline: Pipeline;
}

/** Compiled code of built-in pipelines is in `dist/`, their other files in the repository. */
const BUILT_IN = { code: __dirname, files: path.join(repositoryRoot(), 'pipelines') };
const EXTENSIONS = ['.js', '.json', '.ts'];

/**
 * The folders of every pipeline, built-in or in the given folders, by name. A duplicate name is an error,
 * since it is ambiguous.
 *
 * @throws PipelineInvalidError
 */
export function findPipelines(folders: readonly string[]): Map<string, PipelineFolders> {
  const found = new Map<string, PipelineFolders>();
  const roots = [BUILT_IN, ...folders.map((folder) => ({ code: folder, files: folder }))];
  for (const { code, files } of roots) {
    for (const name of namesIn(code)) {
      const codeFolder = path.join(code, name);
      if (found.has(name))
        throw new PipelineInvalidError(codeFolder, [
          `a second pipeline ${name}: ${found.get(name)!.codeFolder}`,
        ]);
      found.set(name, { codeFolder, filesFolder: path.join(files, name) });
    }
  }
  return found;
}

/** @throws PipelineInvalidError, ContractInvalidError */
export function loaded(folders: PipelineFolders): FoundPipeline {
  return { ...folders, pipeline: load(folders.codeFolder, folders.filesFolder) };
}

function namesIn(folder: string): string[] {
  if (!fs.existsSync(folder)) throw new PipelineInvalidError(folder, ['no such folder']);
  return fs
    .readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() || entry.isSymbolicLink())
    .filter((entry) => moduleIn(path.join(folder, entry.name), 'definition'))
    .map(({ name }) => name)
    .sort();
}

/** JavaScript before JSON before TypeScript, which only a test runner can load. */
function moduleIn(folder: string, name: string): string | undefined {
  return EXTENSIONS.map((extension) => path.join(folder, `${name}${extension}`)).find(fs.existsSync);
}

function load(folder: string, filesFolder: string): Pipeline {
  const [file, name] = [moduleIn(folder, 'definition')!, path.basename(folder)];
  const read = readDefinition(definitionIn(file, name), name, contractsIn(filesFolder));
  if ('problems' in read) throw new PipelineInvalidError(file, read.problems);
  return pipelineOf(read.definition);
}

/**
 * A module exports its definition under the pipeline's name; JSON is the definition.
 *
 * @throws PipelineInvalidError for a file that cannot be read as JSON or as a module
 */
function definitionIn(file: string, name: string): unknown {
  try {
    const module = requireFile(file);
    return file.endsWith('.json') ? module : (module[name] ?? module.definition);
  } catch (error) {
    throw new PipelineInvalidError(file, [(error as Error).message]);
  }
}

/** The pipeline's own code, if it has any: `code.js` with an export `code`. */
export function codeOf({ codeFolder }: PipelineFolders): PipelineCode<Config> {
  const file = moduleIn(codeFolder, 'code');
  return file === undefined ? {} : ((requireFile(file).code ?? {}) as PipelineCode<Config>);
}

function requireFile(file: string): Record<string, unknown> {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- folders are known only at run time
  return require(file) as Record<string, unknown>;
}
