import path from 'node:path';
import type { LandedDeps } from '../../../activities/deadLetters/support/landedFiles';
import { rereadDeadLetters } from '../../../activities/deadLetters/rereadDeadLetters';
import { acceptedWithoutFile } from '../../../activities/deadLetters/support/recordsInLake';
import type { ClaimedDeadLetter, ReplayOutcome } from '../../../core/deadLetters/deadLetters';
import { repositoryRoot } from '../../../settings/repositoryRoot';

const PAYLOAD = '{"device_id":"d1","event_at":"2026-01-01T00:00:00Z","temperature_c":"warm","sequence":4}';
const found: ClaimedDeadLetter = {
  id: 'aaaa',
  attempt: 2,
  stage: 'bronze',
  reason: 'temperature_c_not_a_number',
  topic: 'toy_events',
  source_file: null,
  source_sha256: null,
  source_line: null,
  payload: PAYLOAD,
  headers: {
    origin: 'sensor',
    'currents.schema_id': '7',
    '__connect.errors.topic': 'toy_events',
    'currents.replay-of': 'bbbb',
  },
  isPresent: false,
};

describe('a dead letter of a stream without files', () => {
  const folders = process.env.CURRENTS_PIPELINE_FOLDERS;
  beforeAll(() => {
    process.env.CURRENTS_PIPELINE_FOLDERS = path.join(repositoryRoot(), 'test', 'pipelines');
  });
  afterAll(() => {
    if (folders === undefined) delete process.env.CURRENTS_PIPELINE_FOLDERS;
    else process.env.CURRENTS_PIPELINE_FOLDERS = folders;
  });

  it('is published again as it was, to its topic, with headers that name it', async () => {
    const reread = [];
    const replay = { pipeline: 'toy', requestedBy: 'ada' };
    for await (const some of rereadDeadLetters({} as LandedDeps, replay, [found])) reread.push(...some);
    expect(reread).toHaveLength(1);
    expect(reread[0]).toMatchObject({
      outcome: { id: 'aaaa', outcome: 'published', topics: ['toy_events'], sha256: null },
    });
    expect(reread[0]!.batches).toEqual([
      {
        topic: 'toy_events',
        records: [
          {
            key: 'aaaa',
            value: PAYLOAD,
            headers: {
              origin: 'sensor',
              'currents.schema_id': '7',
              'currents.replay-of': 'aaaa',
              'currents.replay-attempt': '2',
              'currents.replayed-by': 'ada',
            },
          },
        ],
      },
    ]);
  });

  it('is repaired when a run has read it and did not reject that attempt', async () => {
    const outcome = (id: string, over: Partial<ReplayOutcome> = {}): ReplayOutcome => ({
      id,
      attempt: 2,
      outcome: 'published',
      detail: null,
      topics: ['toy_events'],
      sha256: null,
      line: null,
      rows: 0,
      ...over,
    });
    const reader = {
      rejectedAttempts: async (ids: string[]) => {
        expect(ids).toEqual(['new', 'earlier', 'now']);
        return new Map([
          ['earlier', 1],
          ['now', 2],
        ]);
      },
    };
    const outcomes = [
      outcome('new'),
      outcome('earlier'),
      outcome('now'),
      outcome('of a file', { sha256: 'cafe' }),
      outcome('refused', { outcome: 'refused' }),
    ];
    expect(await acceptedWithoutFile(reader, outcomes)).toEqual(['new', 'earlier']);
  });
});
