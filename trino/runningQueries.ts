import { z } from 'zod';
import { TrinoUnavailableError } from './errors';

const TIMEOUT_MS = 10_000;
const FINISHED = new Set(['FINISHED', 'FAILED']);

const listing = z.array(
  z.object({
    queryId: z.string(),
    state: z.string(),
    session: z.object({ source: z.string().nullish(), clientTags: z.array(z.string()).nullish() }).nullish(),
  }),
);

/** A query that the coordinator remembers. */
export type ListedQuery = z.infer<typeof listing>[number];

/**
 * Ids of unfinished queries of a source or with a client tag. Read from the coordinator's REST list because
 * `system.runtime.queries` has no column for tags, and only tags distinguish dbt's queries.
 */
export async function runningQueries(
  at: { server: string; user: string },
  which: { source?: string; tag?: string },
): Promise<string[]> {
  const listed = await listedQueries(at);
  return listed
    .filter((query) => !FINISHED.has(query.state))
    .filter(
      (query) =>
        (which.source !== undefined && query.session?.source === which.source) ||
        (which.tag !== undefined && query.session?.clientTags?.includes(which.tag) === true),
    )
    .map((query) => query.queryId);
}

/** Queries that run, and those that ended not long ago. */
export async function listedQueries(at: { server: string; user: string }): Promise<ListedQuery[]> {
  try {
    const response = await fetch(`${at.server}/v1/query`, {
      headers: { 'X-Trino-User': at.user },
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    if (!response.ok) throw new Error(`HTTP ${response.status}`);
    return listing.parse(await response.json());
  } catch (error) {
    throw new TrinoUnavailableError(at.server, error instanceof Error ? error.message : String(error), error);
  }
}
