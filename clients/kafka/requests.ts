import type { KafkaRecord } from './record';

/** Records per request: 1,000 small messages measured best with kafkajs; larger ones stall its event loop. */
const RECORDS_MAX = 1_000;
/**
 * Bytes per request: a broker takes batches of up to 1 MiB by default, packed, and how far texts can be
 * packed is not known before.
 */
const BYTES_MAX = 900_000;

/** The records in their order, in parts that a broker takes; a larger record is a part by itself. */
export function* inRequests(records: readonly KafkaRecord[]): Generator<KafkaRecord[]> {
  let [part, bytes]: [KafkaRecord[], number] = [[], 0];
  for (const record of records) {
    const more = bytesOf(record);
    if (part.length === RECORDS_MAX || (part.length > 0 && bytes + more > BYTES_MAX)) {
      yield part;
      [part, bytes] = [[], 0];
    }
    part.push(record);
    bytes += more;
  }
  if (part.length > 0) yield part;
}

function bytesOf({ key, value, headers = {} }: KafkaRecord): number {
  return [key, value, ...Object.entries(headers).flat()].reduce(
    (sum, text) => sum + Buffer.byteLength(text),
    0,
  );
}
