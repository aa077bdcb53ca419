import { z } from 'zod';
import { TrinoUnavailableError } from './errors';

const TIMEOUT_MS = 10_000;
const FINISHED = new Set(['FINISHED', 'FAILED']);

const answer = z.array(
  z.object({
    queryId: z.string(),
    state: z.string(),
    session: z.object({ source: z.string().nullish(), clientTags: z.array(z.string()).nullish() }).nullish(),
  }),
);

/**
 * Ids of unfinished queries of a source or with a client tag. Read from the coordinator's REST list because
 * `system.runtime.queries` has no column for tags, and only tags distinguish dbt's queries.
 */
export async function runningQueries(
  at: { server: string; user: string },
  which: { source?: string; tag?: string },
): Promise<string[]> {
  const listed = await list(at);
  return listed
    .filter((query) => !FINISHED.has(query.state))
    .filter(
      (query) =>
        (which.source !== undefined && query.session?.source === which.source) ||
        (which.tag !== undefined && query.session?.clientTags?.includes(which.tag) === true),
    )
    .map((query) => query.queryId);
}

async function list(at: { server: string; user: string }): Promise<z.infer<typeof answer>> {
  try {
    const response = await fetch(`${at.server}/v1/query`, {
      headers: { 'X-Trino-User': at.user },
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    if (!response.ok) throw new Error(`HTTP ${response.status}`);
    return answer.parse(await response.json());
  } catch (error) {
    throw new TrinoUnavailableError(at.server, error instanceof Error ? error.message : String(error), error);
  }
}
