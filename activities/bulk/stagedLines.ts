import { once } from 'node:events';
import { createGzip, constants, type Gzip } from 'node:zlib';

const LINES_PER_OBJECT = 200_000;
/** Each write to gzip crosses to another thread: single lines took three quarters of the time of a day. */
const WRITE_CHARACTERS = 256 * 1024;

interface OpenObject {
  gzip: Gzip;
  /** Lines not yet written to gzip. */
  pending: string;
  chunks: Buffer[];
  records: number;
}

/** Packs lines of topics into gzipped objects of some 200,000. */
export class StagedLines {
  private readonly open = new Map<string, OpenObject>();

  constructor(private readonly put: (topic: string, body: Buffer, records: number) => Promise<void>) {}

  async add(topic: string, line: string): Promise<void> {
    const object = this.open.get(topic) ?? this.start(topic);
    object.records += 1;
    object.pending += `${line}\n`;
    if (object.pending.length >= WRITE_CHARACTERS) await pack(object);
    if (object.records === LINES_PER_OBJECT) await this.finish(topic, object);
  }

  async close(): Promise<void> {
    for (const [topic, object] of [...this.open]) await this.finish(topic, object);
  }

  private start(topic: string): OpenObject {
    const gzip = createGzip({ level: constants.Z_BEST_SPEED, chunkSize: 1 << 16 });
    const object: OpenObject = { gzip, pending: '', chunks: [], records: 0 };
    gzip.on('data', (chunk: Buffer) => object.chunks.push(chunk));
    this.open.set(topic, object);
    return object;
  }

  private async finish(topic: string, object: OpenObject): Promise<void> {
    this.open.delete(topic);
    await pack(object);
    const { gzip, chunks, records } = object;
    const ended = once(gzip, 'end');
    gzip.end();
    await ended;
    await this.put(topic, Buffer.concat(chunks), records);
  }
}

async function pack(object: OpenObject): Promise<void> {
  const { gzip, pending } = object;
  object.pending = '';
  if (!gzip.write(pending)) await once(gzip, 'drain');
}
