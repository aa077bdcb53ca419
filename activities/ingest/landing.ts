import { DAY_MS } from '../../core/interval';
import type { LandedFile, SourceFile } from '../../core/source';
import { sha256Hex } from '../../clients/s3/checksums';
import type { ObjectStore } from '../../clients/s3/objectStore';

/** A file as received, with its address in landing. */
export type Landed = LandedFile & { uri: string };

/** Where a file lies in landing; `end_ms` is the end of its interval, of an archive that of its last one. */
export interface LandedKey {
  key: string;
  report: string;
  name: string;
  end_ms: number;
}

/** Outcome of one file: written after its records are in Kafka, so that a receipt means "done". */
export interface Receipt {
  name: string;
  crc32: string;
  sha256: string;
  published_bytes: number | null;
  published_at: string | null;
  rows: number;
  deadLetters: number;
  quarantined: string | null;
}

/**
 * Keeps source files as received under `landing/<pipeline>/<report>/<interval end>/`, with a receipt
 * beside them under `receipts/` once their records are published. The receipts are the durable set of
 * files seen: a file is known by report, interval, name and CRC-32 together, since CRC-32 alone would
 * collide within months of 5-minute files.
 */
export class Landing {
  constructor(
    private readonly store: ObjectStore,
    private readonly pipeline: string,
  ) {}

  /**
   * Stores the bytes once; a repeat gets the time of the first landing, so that republished records are
   * equal.
   */
  async land(file: SourceFile, bytes: Buffer, crc32: string): Promise<Landed> {
    const key = `landing/${this.folder(file)}/${crc32}-${file.name}`;
    const sha256 = sha256Hex(bytes);
    const now = new Date().toISOString();
    const isNew = await this.store.putOnce(key, bytes, {
      sha256,
      crc32,
      'ingested-at': now,
      url: encodeURI(file.url),
    });
    const ingested_at = isNew ? now : ((await this.store.head(key))?.['ingested-at'] ?? now);
    return { name: file.name, report: file.report, bytes, sha256, ingested_at, uri: this.store.uri(key) };
  }

  /** The landed file of this name and checksum, or null. */
  async find(
    place: Pick<SourceFile, 'report' | 'interval_end_at'>,
    name: string,
    sha256: string,
  ): Promise<Landed | null> {
    for (const { key } of await this.store.list(`landing/${this.folder(place)}/`)) {
      if (!key.endsWith(`-${name}`)) continue;
      const found = await this.read(key, name, place.report);
      if (found.sha256 === sha256) return found;
    }
    return null;
  }

  /**
   * Keys of objects landed for intervals that end in `(from, to]`; an archive counts only for its last
   * interval: see `landedIn`.
   */
  async keysBetween(reports: string[], from: string, to: string): Promise<LandedKey[]> {
    const [first, last] = [from, to].map((instant) =>
      new Date(instant).toISOString().slice(0, 19).replace(/[-:]/g, ''),
    );
    const found = await Promise.all(
      reports.flatMap((report) =>
        daysOf(from, to).map(async (day) => {
          const prefix = `landing/${this.pipeline}/${report}/`;
          const listed = await this.store.list(`${prefix}${day}T`);
          return listed.map(({ key }) => ({
            key,
            report,
            end: key.slice(prefix.length).split('/')[0]!.replace('Z', ''),
            name: key.slice(key.lastIndexOf('/') + 10),
          }));
        }),
      ),
    );
    return found
      .flat()
      .filter(({ end }) => end > first! && end <= last!)
      .map(({ key, report, name, end }) => ({ key, report, name, end_ms: instantOf(end) }));
  }

  async read(key: string, name: string, report: string): Promise<Landed> {
    const [bytes, metadata] = await Promise.all([this.store.get(key), this.store.head(key)]);
    const sha256 = sha256Hex(bytes);
    return {
      name,
      report,
      bytes,
      sha256,
      ingested_at: metadata?.['ingested-at'] ?? '',
      uri: this.store.uri(key),
    };
  }

  async receipts(file: Pick<SourceFile, 'report' | 'interval_end_at'>): Promise<Receipt[]> {
    const found = await this.store.list(`receipts/${this.folder(file)}/`);
    return Promise.all(
      found.map(async ({ key }) => JSON.parse((await this.store.get(key)).toString('utf8')) as Receipt),
    );
  }

  /** Finds the files' receipts; they are read once per report and interval, not once per file. */
  async receiptsOf(files: SourceFile[]): Promise<(file: SourceFile) => Receipt[]> {
    const folders = new Map(files.map((file) => [this.folder(file), file]));
    const receipts = new Map(
      await Promise.all(
        [...folders].map(async ([folder, file]) => [folder, await this.receipts(file)] as const),
      ),
    );
    return (file) => receipts.get(this.folder(file)) ?? [];
  }

  /** One receipt per file and listing entry: the same bytes listed in a second folder are seen there too. */
  async writeReceipt(
    file: SourceFile,
    receipt: Omit<Receipt, 'published_bytes' | 'published_at'>,
  ): Promise<void> {
    const { published_bytes, published_at } = file;
    const listed = (published_at ?? '').replace(/\D/g, '');
    const key = `receipts/${this.folder(file)}/${receipt.crc32}-${listed}-${receipt.name}.json`;
    await this.store.put(key, JSON.stringify({ ...receipt, published_bytes, published_at }));
  }

  private folder(file: Pick<SourceFile, 'report' | 'interval_end_at'>): string {
    return `${this.pipeline}/${file.report}/${file.interval_end_at.replace(/[-:]/g, '')}`;
  }
}

/** Days `YYYYMMDD` (UTC) that a range of interval ends touches. */
function daysOf(from: string, to: string): string[] {
  const days: string[] = [];
  for (
    let day_ms = Math.floor(Date.parse(from) / DAY_MS) * DAY_MS;
    day_ms <= Date.parse(to);
    day_ms += DAY_MS
  )
    days.push(new Date(day_ms).toISOString().slice(0, 10).replaceAll('-', ''));
  return days;
}

/** Of `YYYYMMDDTHHMMSS` in UTC, as folders of landing are named. */
function instantOf(stamp: string): number {
  return Date.parse(`${stamp.replace(/^(\d{4})(\d\d)(\d\dT\d\d)(\d\d)/, '$1-$2-$3:$4:')}Z`);
}

/** The same listing entry as one already published: name, size and the source's own time are unchanged. */
export function isListedAsSeen(file: SourceFile, receipts: Receipt[]): boolean {
  return receipts.some(
    (receipt) =>
      receipt.name === file.name &&
      receipt.published_bytes === file.published_bytes &&
      receipt.published_at === file.published_at,
  );
}
