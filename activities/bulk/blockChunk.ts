import type { ObjectStore } from '../../clients/s3/objectStore';
import { ArchiveReceipts } from './archiveReceipts';
import { chunkOfPlan, type ChunkRef } from './readChunk';
import { BlockedArchives } from './support/blockedArchives';

export function createBlockChunk({ store }: { store: ObjectStore }) {
  return {
    /**
     * Marks a chunk's archives as blocked, after it failed a gate. The same chunk twice leaves the same
     * marks.
     */
    async blockChunk({ pipeline, ...chunk }: ChunkRef & { pipeline: string }): Promise<void> {
      const receipts = new ArchiveReceipts(store, pipeline);
      const blocked = new BlockedArchives(store, pipeline);
      for (const archive of (await chunkOfPlan(store, chunk)).archives) {
        const receipt = await receipts.read(archive);
        if (receipt) await blocked.add(receipt.sha256, archive.name);
      }
    },
  };
}
