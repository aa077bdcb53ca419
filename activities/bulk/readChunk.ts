import type { ObjectStore } from '../../clients/s3/objectStore';
import type { BackfillChunk, BackfillPlan } from '../../core/backfill';

/** One chunk of a stored plan. */
export interface ChunkRef {
  planUri: string;
  index: number;
}

export function createReadChunk({ store }: { store: ObjectStore }) {
  return {
    /** Reads one chunk of a plan that `planBackfillRange` has stored. */
    readChunk: (chunk: ChunkRef): Promise<BackfillChunk> => chunkOfPlan(store, chunk),
  };
}

export async function chunkOfPlan(store: ObjectStore, { planUri, index }: ChunkRef): Promise<BackfillChunk> {
  const plan = JSON.parse((await store.getUri(planUri)).toString('utf8')) as BackfillPlan;
  return plan.chunks[index]!;
}
