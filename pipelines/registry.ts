import { UnknownPipelineError } from '../core/errors';
import type { PipelineDefinition } from '../core/pipeline';
import { nem } from './nem/definition';

const DEFINITIONS: readonly PipelineDefinition[] = [nem];

/** The only pipeline of 0.1.0: the ops tables that a lake of that version shares are its own. */
export const SHARED_OPS_OWNER = nem.name;

/** @throws UnknownPipelineError that names the pipelines there are. */
export function pipelineNamed(name: string): PipelineDefinition {
  const found = DEFINITIONS.find((definition) => definition.name === name);
  if (!found) throw new UnknownPipelineError(name, pipelineNames());
  return found;
}

export function pipelineNames(): string[] {
  return DEFINITIONS.map((definition) => definition.name);
}
