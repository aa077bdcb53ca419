import type { ArchiveFile } from '../../core/source';
import type { StagedObject } from '../../core/steps';
import type { ObjectStore } from '../../clients/s3/objectStore';
import { stagedForm } from './support/stagedForm';

/** Rows staged by another version of the parser or the message are staged again, from the landed bytes. */
export const STAGING_VERSION = 1;

/**
 * Outcome of one archive: written after its rows are staged, so that a receipt means "landed and read". The
 * rows themselves are removed after STAGED_DAYS, long before it.
 */
export interface ArchiveReceipt {
  name: string;
  /** The landed archive and the SHA-256 of its bytes, under which the ledger records it. */
  uri: string;
  sha256: string;
  objects: StagedObject[];
  /** Published files inside, and those of them not trusted. */
  files: number;
  quarantined: number;
  records: number;
  /** How the rows were staged (see `stagedForm`); absent in receipts before 0.2. */
  form?: string;
}

/** The part of a receipt that its key holds, so that one listing answers for thousands of archives. */
export interface ReceiptKey {
  key: string;
  sha256: string;
  quarantined: number;
}

/** Receipts of archives, found by their entry in the source's listing: report, name, size and time. */
export class ArchiveReceipts {
  constructor(
    private readonly store: ObjectStore,
    private readonly pipeline: string,
  ) {}

  /** Every receipt, by listing entry (see `entryOf`). */
  async all(): Promise<Map<string, ReceiptKey>> {
    const found = await this.store.list(this.prefix());
    return new Map(
      found.map(({ key }) => {
        const [entry, rest] = key.slice(this.prefix().length).split('=');
        const [sha256, quarantined] = rest!.replace(/\.json$/, '').split('~');
        return [entry!, { key, sha256: sha256!, quarantined: Number(quarantined) }];
      }),
    );
  }

  async read(archive: ArchiveFile): Promise<ArchiveReceipt | null> {
    const [found] = await this.store.list(`${this.prefix()}${entryOf(archive)}=`);
    return found ? (JSON.parse((await this.store.get(found.key)).toString('utf8')) as ArchiveReceipt) : null;
  }

  /** Whether every staged object that the receipt names is still there, whole and in today's form. */
  async isWhole({ sha256, objects, form }: ArchiveReceipt): Promise<boolean> {
    if (form !== stagedForm(this.pipeline)) return false;
    const stored = new Map(
      (await this.store.list(`${stagedFolder(this.pipeline, sha256)}/`)).map(({ key, bytes }) => [
        this.store.uri(key),
        bytes,
      ]),
    );
    return objects.every(({ uri, bytes }) => stored.get(uri) === bytes);
  }

  /**
   * Replaces the archive's earlier receipt: a second reading may have found other bytes, or trusted more of
   * them.
   */
  async write(archive: ArchiveFile, receipt: ArchiveReceipt): Promise<void> {
    const entry = `${this.prefix()}${entryOf(archive)}=`;
    const key = `${entry}${receipt.sha256}~${receipt.quarantined}.json`;
    await this.store.put(key, JSON.stringify(receipt));
    for (const earlier of await this.store.list(entry))
      if (earlier.key !== key) await this.store.remove(earlier.key);
  }

  private prefix(): string {
    return `receipts/${this.pipeline}/archives/v${STAGING_VERSION}/`;
  }
}

/** Where the rows of a landed archive are staged. */
export function stagedFolder(pipeline: string, sha256: string): string {
  return `staged/${pipeline}/${sha256}`;
}

export function entryOf({ report, name, published_bytes, published_at }: ArchiveFile): string {
  const safeName = name.replace(/[^A-Za-z0-9_.-]/g, '_');
  const digits = (published_at ?? '').replace(/\D/g, '');
  return `${report}/${safeName}~${published_bytes ?? ''}~${digits}`;
}
