import { PipelineInvalidError } from '../core/errors';
import type { Pipeline } from '../core/pipeline';
import { collidingName } from '../core/topicName';

type Named = { pipeline: Pick<Pipeline, 'name' | 'topics' | 'outputs'>; codeFolder: string };

/**
 * No two pipelines of a lake may write one table or read one topic: their merges would conflict, and a
 * replayed dead letter would reach both.
 *
 * @throws PipelineInvalidError that names the second pipeline, and all that another one has
 */
export function requireOwnNames(found: Iterable<Named>): void {
  const owners = new Map<string, string>();
  for (const { pipeline, codeFolder } of found) {
    const claims = [
      ...pipeline.topics.map((topic) => ({ what: `topic ${topic}`, key: `topic ${collidingName(topic)}` })),
      ...pipeline.outputs.map((table) => ({ what: `table ${table}`, key: `table ${table}` })),
    ];
    const taken = claims.filter(({ key }) => owners.has(key));
    if (taken.length > 0)
      throw new PipelineInvalidError(
        codeFolder,
        taken.map(({ what, key }) => `${what}, which pipeline ${owners.get(key)!} has`),
      );
    for (const { key } of claims) owners.set(key, pipeline.name);
  }
}
