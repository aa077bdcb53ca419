import { UnknownPipelineError } from '../core/errors';
import type { Pipeline } from '../core/pipeline';

/**
 * The worker replaces this text with the enabled pipelines as JSON before it runs the bundle: workflows know
 * every pipeline, and a bundle names none. Definitions are part of the build id like the code, so that a run
 * continues with those it began with.
 */
const DECLARED = '@@CURRENTS_PIPELINES@@';

let known: Pipeline[] | undefined;

/** @throws UnknownPipelineError that names the enabled pipelines. */
export function pipelineNamed(name: string): Pipeline {
  known ??= DECLARED.startsWith('@@') ? [] : (JSON.parse(DECLARED) as Pipeline[]);
  const found = known.find((pipeline) => pipeline.name === name);
  if (!found)
    throw new UnknownPipelineError(
      name,
      known.map((pipeline) => pipeline.name),
    );
  return found;
}
