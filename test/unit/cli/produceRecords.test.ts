import { ProducedCounts, produceRecords } from '../../../cli/support/produceRecords';
import type { ProducedRecord } from '../../../core/producer';

function* numbered(): Generator<ProducedRecord> {
  for (let number = 0; ; number += 1)
    yield {
      topic: 't',
      key: 'k',
      value: String(number),
      headers: {},
      kind: number % 4 === 0 ? 'odd' : 'valid',
      deadLetter: number % 8 === 0 ? 'too_odd' : null,
    };
}

/** A clock that moves by waiting, and by publishing where that takes time. */
function fakeTime(publish_ms = 0) {
  let now_ms = 1_000_000;
  const sent: string[] = [];
  return {
    sent,
    now: () => now_ms,
    wait: async (pause_ms: number) => void (now_ms += pause_ms),
    publish: async (batch: readonly ProducedRecord[]) => {
      sent.push(...batch.map(({ value }) => value));
      now_ms += publish_ms;
    },
  };
}

describe('records at a rate', () => {
  it.each([0, 730])(
    'are exactly as many as the duration asks for; a request takes %s ms',
    async (publish_ms) => {
      const [time, counts] = [fakeTime(publish_ms), new ProducedCounts()];
      const pace = { rate_per_second: 33, duration_ms: 2000, signal: new AbortController().signal };
      await produceRecords(numbered(), pace, time, counts);
      expect(time.sent).toEqual(Array.from({ length: 66 }, (_, number) => String(number)));
      expect(counts.records).toBe(66);
      expect(Object.fromEntries(counts.byKind)).toEqual({ odd: 17, valid: 49 });
      expect(Object.fromEntries(counts.deadLetters)).toEqual({ too_odd: 9 });
    },
  );

  it('come evenly', async () => {
    const [time, counts] = [fakeTime(), new ProducedCounts()];
    const sizes: number[] = [];
    const publish = async (batch: readonly ProducedRecord[]) => void sizes.push(batch.length);
    const pace = { rate_per_second: 100, duration_ms: 1000, signal: new AbortController().signal };
    await produceRecords(numbered(), pace, { ...time, publish }, counts);
    expect(sizes).toEqual(Array.from({ length: 10 }, () => 10));
  });

  it('end at the signal, and what was published is counted', async () => {
    const [time, counts, stop] = [fakeTime(), new ProducedCounts(), new AbortController()];
    const publish = async (batch: readonly ProducedRecord[]) => {
      await time.publish(batch);
      if (time.sent.length >= 50) stop.abort();
    };
    await produceRecords(
      numbered(),
      { rate_per_second: 100, signal: stop.signal },
      { ...time, publish },
      counts,
    );
    expect([counts.records, time.sent.length]).toEqual([50, 50]);
  });

  it('do not count what the broker did not acknowledge', async () => {
    const [time, counts] = [fakeTime(), new ProducedCounts()];
    const publish = async () => Promise.reject(new Error('away'));
    const pace = { rate_per_second: 100, duration_ms: 1000, signal: new AbortController().signal };
    await expect(produceRecords(numbered(), pace, { ...time, publish }, counts)).rejects.toThrow('away');
    expect(counts.records).toBe(0);
  });

  it('end where the records end', async () => {
    const [time, counts] = [fakeTime(), new ProducedCounts()];
    const few = [...Array(7)].map(() => numbered().next().value as ProducedRecord);
    const pace = { rate_per_second: 100, signal: new AbortController().signal };
    await produceRecords(few, pace, time, counts);
    expect([time.sent.length, counts.records]).toEqual([7, 7]);
  });
});
