import { UnknownPipelineError } from '../core/errors';
import type { Pipeline } from '../core/pipeline';
import type { PipelineCode } from '../core/source';
import { readConfig, type Config } from '../settings/config';
import { codeOf, findPipelines, type FoundPipeline } from './folders';

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
 *
 * @throws UnknownPipelineError, PipelineInvalidError
 */
export function enabledOf({
  pipelines,
  pipelineFolders,
}: Pick<Config, 'pipelines' | 'pipelineFolders'>): Map<string, FoundPipeline> {
  const all = findPipelines(pipelineFolders);
  const unnamed = [...all].filter(([, { pipeline }]) => !pipeline.onlyWhenNamed);
  const names = pipelines ?? unnamed.map(([name]) => name);
  return new Map(names.map((name) => [name, all.get(name) ?? unknown(name, all)]));
}

function unknown(name: string, all: Map<string, FoundPipeline>): never {
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

function foundNamed(name: string): FoundPipeline {
  return known().get(name) ?? unknown(name, known());
}
