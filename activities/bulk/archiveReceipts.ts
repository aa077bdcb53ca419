import type { ArchiveFile } from '../../core/source';
import type { StagedObject } from '../../core/steps';
import type { ObjectStore } from '../connections/objectStore';

/** Rows staged by another version of the parser or the message are staged anew, from the landed bytes. */
export const STAGING_VERSION = 1;

/** What became of one archive: written after its rows are staged, so that its being there means "landed and read". */
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
}

/** The part of a receipt that its key tells, so that one listing answers for thousands of archives. */
export interface ReceiptKey {
  key: string;
  sha256: string;
  quarantined: number;
}

/** Receipts of archives, found by what the source's listing shows of them: report, name, size and time. */
export class ArchiveReceipts {
  constructor(private readonly store: ObjectStore, private readonly pipeline: string) {}

  /** Every receipt there is, by listing entry (see `entryOf`). */
  async all(): Promise<Map<string, ReceiptKey>> {
    const found = await this.store.list(this.prefix());
    return new Map(found.map(({ key }) => {
      const [entry, rest] = key.slice(this.prefix().length).split('=');
      const [sha256, quarantined] = rest!.replace(/\.json$/, '').split('~');
      return [entry!, { key, sha256: sha256!, quarantined: Number(quarantined) }];
    }));
  }

  async read(archive: ArchiveFile): Promise<ArchiveReceipt | null> {
    const [found] = await this.store.list(`${this.prefix()}${entryOf(archive)}=`);
    return found ? (JSON.parse((await this.store.get(found.key)).toString('utf8')) as ArchiveReceipt) : null;
  }

  async write(archive: ArchiveFile, receipt: ArchiveReceipt): Promise<void> {
    await this.store.put(`${this.prefix()}${entryOf(archive)}=${receipt.sha256}~${receipt.quarantined}.json`, JSON.stringify(receipt));
  }

  private prefix(): string {
    return `receipts/${this.pipeline}/archives/v${STAGING_VERSION}/`;
  }
}

export function entryOf({ report, name, published_bytes, published_at }: ArchiveFile): string {
  return `${report}/${name.replace(/[^A-Za-z0-9_.-]/g, '_')}~${published_bytes ?? ''}~${(published_at ?? '').replace(/\D/g, '')}`;
}
