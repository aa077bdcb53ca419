import { UnknownPipelineError } from '../core/errors';
import type { Pipeline } from '../core/pipeline';
import type { PipelineCode } from '../core/source';
import { readConfig, type Config } from '../settings/config';
import { codeOf, findPipelines, loaded, type FoundPipeline } from './folders';
import { requireOwnNames } from './sharedNames';

/** The only pipeline of 0.1.0: the ops tables that a lake of that version shares are its own. */
export const SHARED_OPS_OWNER = 'nem';

/** Enabled pipelines, found once per process. */
let enabled: Map<string, FoundPipeline> | undefined;

function known(): Map<string, FoundPipeline> {
  enabled ??= enabledOf(readConfig());
  return enabled;
}

/**
 * The pipelines that CURRENTS_PIPELINES names, in its order; by default all that do not wait to be named.
 * Where it names some, others are not even read, so that one under work stops none that is enabled.
 *
 * @throws UnknownPipelineError, PipelineInvalidError
 */
export function enabledOf({
  pipelines,
  pipelineFolders,
}: Pick<Config, 'pipelines' | 'pipelineFolders'>): Map<string, FoundPipeline> {
  const all = findPipelines(pipelineFolders);
  const names = pipelines ?? [...all.keys()];
  const found = names.map((name) => [name, loaded(all.get(name) ?? unknown(name, all))] as const);
  const chosen = new Map(found.filter(([, { pipeline }]) => pipelines || !pipeline.onlyWhenNamed));
  requireOwnNames(chosen.values());
  return chosen;
}

function unknown(name: string, all: ReadonlyMap<string, unknown>): never {
  throw new UnknownPipelineError(name, [...all.keys()]);
}

/** @throws UnknownPipelineError that names the enabled pipelines. */
export function pipelineNamed(name: string): Pipeline {
  return foundNamed(name).pipeline;
}

export function pipelineNames(): string[] {
  return [...known().keys()];
}

export function pipelines(): Pipeline[] {
  return [...known().values()].map(({ pipeline }) => pipeline);
}

/** The folder of a pipeline's plain files: gates, queries, contracts. */
export function filesFolderOf(name: string): string {
  return foundNamed(name).filesFolder;
}

export function pipelineCode(name: string): PipelineCode<Config> {
  return codeOf(foundNamed(name));
}

/**
 * The code of a pipeline whether it is enabled or not: a demo enables it in a stack of its own.
 *
 * @throws UnknownPipelineError
 */
export function codeOfAny(name: string): PipelineCode<Config> {
  const all = findPipelines(readConfig().pipelineFolders);
  return codeOf(all.get(name) ?? unknown(name, all));
}

function foundNamed(name: string): FoundPipeline {
  return known().get(name) ?? unknown(name, known());
}
