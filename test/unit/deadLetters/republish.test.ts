import { MockActivityEnvironment } from '@temporalio/testing';
import type { KafkaRecord } from '../../../clients/kafka/kafka';
import {
  createRepublishActivities,
  type RepublishDeps,
  type RepublishResult,
} from '../../../activities/deadLetters/republishDeadLetters';
import { PublishIntents } from '../../../activities/ingest/publishIntents';
import type { ClaimedDeadLetter, ReplayOutcome } from '../../../core/deadLetters/deadLetters';
import type { LandedFile, SourceRecord } from '../../../core/source';
import { memoryStore } from '../activities/memoryStore';
import { ORIGIN } from './origin';

const INPUT = {
  pipeline: 'nem',
  lettersUri: 's3://test/claim.json',
  decisionId: 'replay/x/outcomes',
  requestedBy: 'ada',
};
const SUMMARY = { rows: {}, deadLetters: {}, unusedTables: {}, addedColumns: [], missingColumns: [] };

const letterOf = (name: string): ClaimedDeadLetter => ({
  id: name,
  attempt: 1,
  stage: 'land',
  reason: 'zip_corrupt',
  topic: 'nem_dispatch',
  source_file: name,
  source_sha256: name,
  source_line: null,
  payload: null,
  headers: {},
  isPresent: false,
});

/**
 * A replay of quarantined files; `steps` tells in which order they were read and published, and whether a
 * mark stood.
 */
async function replayOf(names: string[], failAt: number[] = []) {
  const store = memoryStore();
  await store.put('claim.json', JSON.stringify({ letters: names.map(letterOf) }));
  const [steps, sent]: [string[], KafkaRecord[][]] = [[], []];
  const readRecords = async ({
    name,
  }: LandedFile): Promise<{ records: SourceRecord[]; summary: typeof SUMMARY }> => {
    steps.push(`read ${name}`);
    return {
      records: [1, 2].map((line) => ({
        kind: 'row',
        topic: 'nem_dispatch',
        key: name,
        value: `${name}/${line}`,
        line,
        origin: ORIGIN,
      })),
      summary: SUMMARY,
    };
  };
  const publish = async (batches: { records: KafkaRecord[] }[]): Promise<void> => {
    const marked = [...store.objects.keys()].filter((key) => key.startsWith('publishing/')).length;
    if (
      failAt.includes(
        steps.push(
          `publish ${batches.flatMap(({ records }) => records.map(({ value }) => value)).join(' ')} ` +
            `under ${marked} mark`,
        ),
      )
    )
      throw new Error('Kafka is away');
    sent.push(batches.flatMap(({ records }) => records));
  };
  const find = async (_: unknown, name: string, sha256: string) => ({
    name,
    report: 'R',
    bytes: Buffer.from(''),
    sha256,
    ingested_at: '2026-01-01T00:00:00Z',
    uri: `s3://b/${name}`,
  });
  const { republishDeadLetters } = createRepublishActivities({
    store,
    kafka: { publish, offsets: async () => [{ topic: 'nem_dispatch', partition: 0, low: 0, high: 4 }] },
    sourceOf: () => ({
      readRecords,
      placeOf: () => ({ report: 'R', interval_end_at: '2026-01-01T00:00:00Z' }),
    }),
    landingOf: () => ({ find }),
    intentsOf: () => new PublishIntents(store, 'nem'),
    signal: () => new AbortController().signal,
  } as unknown as RepublishDeps);
  const attempt = () =>
    new MockActivityEnvironment().run(
      republishDeadLetters as never,
      INPUT as never,
    ) as Promise<RepublishResult>;
  const outcomes = async () =>
    JSON.parse((await store.get('dead-letters/replay/x/outcomes.json')).toString()) as ReplayOutcome[];
  return { store, steps, sent, attempt, outcomes };
}

describe('quarantined files that are replayed', () => {
  afterEach(() => jest.restoreAllMocks());

  it('are published one by one, each under a mark, before the next is read, so that memory holds one', async () => {
    const { store, steps, attempt, outcomes } = await replayOf(['a', 'b']);
    expect(await attempt()).toMatchObject({
      published: 2,
      refused: 0,
      marks: [{ topic: 'nem_dispatch', high: 4 }],
      outcomesUri: 's3://test/dead-letters/replay/x/outcomes.json',
    });
    expect(steps).toEqual([
      'read a',
      'publish a/1 a/2 under 1 mark',
      'read b',
      'publish b/1 b/2 under 1 mark',
    ]);
    expect((await outcomes()).map(({ id, outcome, rows }) => [id, outcome, rows])).toEqual([
      ['a', 'published', 2],
      ['b', 'published', 2],
    ]);
    expect([...store.objects.keys()].filter((key) => key.startsWith('publishing/'))).toEqual([]);
  });

  it('are published again as equal records after an attempt that failed midway, each with one outcome', async () => {
    const { store, sent, attempt, outcomes } = await replayOf(['a', 'b'], [4]);
    await expect(attempt()).rejects.toThrow('Kafka is away');
    expect([...store.objects.keys()].filter((key) => key.startsWith('publishing/'))).toHaveLength(1);
    expect(await attempt()).toMatchObject({ published: 2 });
    expect(sent[1]).toEqual(sent[0]);
    expect((await outcomes()).map(({ id }) => id)).toEqual(['a', 'b']);
    expect([...store.objects.keys()].filter((key) => key.startsWith('publishing/'))).toEqual([]);
  });

  it('are not started again after a long attempt', async () => {
    let now_ms = 0;
    jest.spyOn(performance, 'now').mockImplementation(() => (now_ms += 20_000));
    const { steps, attempt } = await replayOf(['a', 'b'], [4]);
    await expect(attempt()).rejects.toThrow('Kafka is away');
    expect(await attempt()).toMatchObject({ published: 2 });
    expect(steps.filter((step) => step.startsWith('read'))).toEqual(['read a', 'read b', 'read b']);
  });
});
