import type { KafkaRecord } from '../../../../clients/kafka/kafka';
import { fillRewound, rewoundPartitions } from '../../../../activities/runs/support/realignOffsets';

const offsets = (partition: number, high: number) => ({ topic: 'nem_dispatch', partition, low: 0, high });

describe('rewoundPartitions', () => {
  test('names those that end before the ledger does, and no other', () => {
    const ends = new Map([
      ['nem_dispatch/0', 100],
      ['nem_dispatch/1', 100],
      ['nem_dispatch/2', 100],
    ]);
    expect(
      rewoundPartitions([offsets(0, 99), offsets(1, 100), offsets(2, 101), offsets(3, 0)], ends),
    ).toEqual([{ topic: 'nem_dispatch', partition: 0, high: 99, ledgerEnd: 100 }]);
  });
});

describe('fillRewound', () => {
  test('publishes as many empty records as are missing, to that partition', async () => {
    const sent: KafkaRecord[] = [];
    const port = {
      publish: async (batches: { records: KafkaRecord[] }[]) => {
        sent.push(...batches.flatMap(({ records }) => records));
      },
    };
    await fillRewound(port as never, [{ topic: 'nem_dispatch', partition: 2, high: 5, ledgerEnd: 20_006 }]);
    expect(sent).toHaveLength(20_001);
    expect(new Set(sent.map(({ partition, value }) => `${partition}${value}`))).toEqual(new Set(['2']));
  });
});
