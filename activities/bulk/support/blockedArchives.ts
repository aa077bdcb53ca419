import type { ObjectStore } from '../../../clients/s3/objectStore';

/**
 * Archives whose chunk failed a gate in an unattended run, by the SHA-256 of their bytes. Unattended runs
 * skip them from then on; an operator's run does not look here. A mark is never removed: merged archives are
 * not planned again, and republished bytes have another checksum.
 */
export class BlockedArchives {
  constructor(
    private readonly store: ObjectStore,
    private readonly pipeline: string,
  ) {}

  async all(): Promise<Set<string>> {
    const found = await this.store.list(this.prefix());
    return new Set(found.map(({ key }) => key.slice(this.prefix().length)));
  }

  async add(sha256: string, archive: string): Promise<void> {
    await this.store.put(
      `${this.prefix()}${sha256}`,
      JSON.stringify({ archive, since: new Date().toISOString() }),
    );
  }

  /** Beside the receipts, and kept as long. */
  private prefix(): string {
    return `receipts/${this.pipeline}/blocked/`;
  }
}
