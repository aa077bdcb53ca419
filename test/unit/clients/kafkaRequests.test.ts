import { KafkaJsPort, type KafkaRecord } from '../../../clients/kafka/kafka';
import { inRequests } from '../../../clients/kafka/requests';
import { PARSER_LIMITS } from '../../../pipelines/nem/source/reportParser';

const BROKER_BYTES = 1 << 20;
const record = (value: string, headers?: Record<string, string>): KafkaRecord => ({
  key: 'k',
  value,
  headers,
});
const sizes = (records: KafkaRecord[]): number[] => [...inRequests(records)].map((part) => part.length);

describe('records in requests', () => {
  it('are at most a thousand, in their order', () => {
    const records = Array.from({ length: 2_500 }, (_, index) => record(String(index)));
    expect(sizes(records)).toEqual([1000, 1000, 500]);
    expect([...inRequests(records)].flat()).toEqual(records);
    expect(sizes([])).toEqual([]);
  });

  it('are no more bytes than a broker takes, with headers and as UTF-8', () => {
    expect(sizes(Array.from({ length: 4 }, () => record('x'.repeat(300_000))))).toEqual([2, 2]);
    expect(sizes(Array.from({ length: 4 }, () => record('ü'.repeat(150_000))))).toEqual([2, 2]);
    expect(sizes(Array.from({ length: 4 }, () => record('', { h: 'x'.repeat(300_000) })))).toEqual([2, 2]);
  });

  it('are one by one where each is larger than that', () => {
    expect(sizes([record('a'), record('x'.repeat(BROKER_BYTES)), record('b')])).toEqual([1, 1, 1]);
  });

  it('fit where the parser lets a row pass, whatever signs it has', () => {
    const widest = ['"', '\u0001', '\u4e00', '\ud83d\ude00'].map((sign) =>
      Buffer.byteLength(JSON.stringify(sign.repeat(PARSER_LIMITS.recordChars / sign.length))),
    );
    expect(Math.max(...widest)).toBeLessThan(900_000);
  });
});

describe('a record that the broker rejects', () => {
  const failing = (type: string): KafkaJsPort =>
    Object.assign(new KafkaJsPort(['127.0.0.1:1']), {
      known: new Set(['t']),
      producer: Promise.resolve({ send: () => Promise.reject(Object.assign(new Error(type), { type })) }),
    });

  it('for its size is an error that no repeat can pass; others are the state of the broker', async () => {
    const publish = (type: string) => failing(type).publish([{ topic: 't', records: [record('x')] }]);
    await expect(publish('MESSAGE_TOO_LARGE')).rejects.toMatchObject({
      code: 'KAFKA_RECORD_TOO_LARGE',
      retryable: false,
    });
    await expect(publish('LEADER_NOT_AVAILABLE')).rejects.toMatchObject({
      code: 'KAFKA_UNAVAILABLE',
      retryable: true,
    });
  });
});
