import { rereadDeadLetters } from '../../../activities/deadLetters/rereadDeadLetters';
import type { LandedDeps } from '../../../activities/deadLetters/support/landedFiles';
import type { Reread } from '../../../activities/deadLetters/support/rereadOutcome';
import { idsInLake } from '../../../activities/deadLetters/support/recordsInLake';
import { decided } from '../../../activities/deadLetters/support/settledClaims';
import type { ClaimedDeadLetter } from '../../../core/deadLetters/deadLetters';
import type { SourceRecord } from '../../../core/source';
import { UntrustedFileError } from '../../../pipelines/nem/source/errors';
import { ORIGIN } from './origin';

const letter = (over: Partial<ClaimedDeadLetter>): ClaimedDeadLetter => ({
  id: 'aaaa',
  attempt: 1,
  stage: 'contract',
  reason: 'scadavalue_missing',
  topic: 'nem_dispatch',
  source_file: 'f.zip',
  source_sha256: 'cafe'.repeat(16),
  source_line: 7,
  payload: 'D,...',
  headers: {},
  isPresent: false,
  ...over,
});
const row: SourceRecord = {
  kind: 'row',
  topic: 'nem_dispatch',
  key: 'UNIT',
  value: '{"v":2,"line":7,"values":{}}',
  line: 7,
  origin: ORIGIN,
};
const replay = { pipeline: 'nem', requestedBy: 'ada' };

function deps(
  records: SourceRecord[] | Error,
  landed = true,
  bytes = Buffer.from(''),
  rows = {},
): LandedDeps {
  const file = {
    name: 'f.zip',
    report: 'R',
    bytes,
    sha256: 'cafe'.repeat(16),
    ingested_at: '2026-01-01T00:00:00Z',
    uri: 's3://b/f',
  };
  const summary = { rows, deadLetters: {}, unusedTables: {}, addedColumns: [], missingColumns: [] };
  return {
    sourceOf: () => ({
      placeOf: () => ({ report: 'R', interval_end_at: '2026-01-01T00:00:00Z' }),
      readRecords: async () => {
        if (records instanceof Error) throw records;
        return { records, summary };
      },
    }),
    landingOf: () => ({ find: async () => (landed ? file : null), keysBetween: async () => [] }),
  } as unknown as LandedDeps;
}

async function readLetters(...given: Parameters<typeof rereadDeadLetters>): Promise<Reread[]> {
  const reread: Reread[] = [];
  for await (const some of rereadDeadLetters(...given)) reread.push(...some);
  return reread;
}

describe('a dead letter read again', () => {
  it('is published as the same record, with its letter in a header, once the rules accept its line', async () => {
    const [{ outcome, batches }] = (await readLetters(deps([row]), replay, [letter({})])) as [Reread];
    expect(outcome).toMatchObject({ outcome: 'published', topics: ['nem_dispatch'], line: 7 });
    expect(batches).toMatchObject([
      {
        topic: 'nem_dispatch',
        records: [
          {
            key: 'UNIT',
            value: row.value,
            headers: {
              'currents.replay-of': 'aaaa',
              'currents.replayed-by': 'ada',
              'currents.source-file': 'f.zip',
            },
          },
        ],
      },
    ]);
  });

  it.each([
    [
      'still breaks a rule',
      deps([{ ...row, kind: 'deadLetter', reason: 'x', rule: 'y', message: 'z' }]),
      {},
      /still rejected: x: z/,
    ],
    ['has no landed bytes', deps([row], false), {}, /no landed file f\.zip/],
    ['is not in its file', deps([]), {}, /line 7 of f\.zip is not a row/],
    [
      'is of a file that is not trusted',
      deps(new UntrustedFileError('zip_corrupt', 'f.zip', 'a zip', 'none')),
      {},
      /still rejected: zip_corrupt/,
    ],
    [
      'is a file that is still not trusted',
      deps(new UntrustedFileError('zip_corrupt', 'f.zip', 'a zip', 'none')),
      { stage: 'land', source_line: null },
      /still rejected: zip_corrupt/,
    ],
    [
      'is a message without coordinates',
      deps([]),
      { stage: 'bronze', payload: '{"v":1' },
      /names no file and line/,
    ],
  ])('is not published when it %s', async (_, given, over, detail) => {
    const [found] = await readLetters(given, replay, [letter(over)]);
    expect(found).toMatchObject({
      batches: [],
      outcome: { outcome: 'refused', detail: expect.stringMatching(detail) },
    });
  });

  it('goes on as the whole message it was when Spark or an operator refused it', async () => {
    const payload = JSON.stringify({ source_sha256: 'beef', source_line: 3 });
    const [found] = await readLetters(deps([]), replay, [
      letter({ stage: 'gate', payload, headers: { 'currents.reason': 'quarantined', traceparent: 't' } }),
    ]);
    expect(found).toMatchObject({
      outcome: { outcome: 'published', sha256: 'beef', line: 3 },
      batches: [{ topic: 'nem_dispatch', records: [{ value: payload, headers: { traceparent: 't' } }] }],
    });
    expect(found!.batches[0]!.records[0]!.headers).not.toHaveProperty(['currents.reason']);
  });

  it('goes on with the header of its file, which has the checksum', async () => {
    const payload = JSON.stringify({ v: 2, line: 3, values: {} });
    const headers = { 'currents.file': JSON.stringify(ORIGIN), 'currents.reason': 'quarantined' };
    const [found] = await readLetters(deps([]), replay, [letter({ stage: 'gate', payload, headers })]);
    expect(found).toMatchObject({
      outcome: { outcome: 'published', sha256: ORIGIN.source_sha256, line: 3 },
      batches: [{ records: [{ value: payload, headers: { 'currents.file': headers['currents.file'] } }] }],
    });
  });

  it('is left alone when bronze has its record, and a file is read whole', async () => {
    const found = await readLetters(deps([row]), replay, [
      letter({ isPresent: true }),
      letter({ id: 'bbbb', stage: 'land', source_line: null }),
    ]);
    expect(found).toMatchObject([
      { outcome: { outcome: 'present' }, batches: [] },
      { outcome: { outcome: 'published', rows: 1, line: null }, batches: [{ topic: 'nem_dispatch' }] },
    ]);
  });

  it.each([
    ['packed', deps([row], true, Buffer.alloc(3 << 20)), /at most 2097152, found 3145728 bytes/],
    [
      'in rows',
      deps([row], true, Buffer.from(''), { nem_dispatch: 50_001 }),
      /at most 50000, found 50001 records/,
    ],
  ])('is left to a backfill when its file is too large %s, and says so', async (_, given, detail) => {
    const [found] = await readLetters(given, replay, [letter({ stage: 'land', source_line: null })]);
    expect(found).toMatchObject({
      batches: [],
      outcome: { outcome: 'tooLarge', detail: expect.stringMatching(detail) },
    });
    expect(found!.outcome.detail).toContain(
      'backfill --mode failed --from 2025-12-31T23:55:00Z --to 2026-01-01T00:00:00Z',
    );
  });

  it('is left to a backfill when its file packs others', async () => {
    const given = deps([row]);
    const source = {
      ...given.sourceOf('nem'),
      placeOf: () => ({
        report: 'R',
        interval_end_at: '2026-01-02T00:00:00Z',
        holds_from: '2026-01-01T00:00:00Z',
        isOneTable: false,
      }),
    };
    const [found] = await readLetters({ ...given, sourceOf: () => source }, replay, [
      letter({ stage: 'land', source_line: null }),
    ]);
    expect(found!.outcome).toMatchObject({
      outcome: 'refused',
      detail:
        'f.zip packs published files: npx currents backfill --mode failed --from 2026-01-01T00:00:00Z ' +
        '--to 2026-01-02T00:00:00Z reads it again; then discard this dead letter',
    });
  });

  it('does not hide that an outside system is away', async () => {
    await expect(readLetters(deps(new Error('S3 is away')), replay, [letter({})])).rejects.toThrow(
      'S3 is away',
    );
  });
});

describe('claims that are settled', () => {
  const [a, b] = [
    { id: 'a', attempt: 2 },
    { id: 'b', attempt: 1 },
  ];
  const outcomes = new Map([
    ['a', { ...a, outcome: 'published' as const, detail: null, topics: [], sha256: null, line: 1, rows: 0 }],
  ]);

  it('are repaired when bronze has them and failed when not', () => {
    const { events, result } = decided([a, b], outcomes, new Set(['a']), new Map([['b', 'x_invalid']]), null);
    expect(events).toMatchObject([
      { letter_id: 'a', action: 'repaired', attempt: 2 },
      { letter_id: 'b', action: 'failed', attempt: 1, detail: 'rejected again: x_invalid' },
    ]);
    expect(result).toMatchObject({ repaired: 1, failed: 1, released: 0, failures: [{ id: 'b' }] });
  });

  it('of files that were too large fail with advice, and are repaired once a backfill brought their rows', async () => {
    const left = new Map([
      [
        'a',
        {
          ...a,
          outcome: 'tooLarge' as const,
          detail: 'use a backfill',
          topics: [],
          sha256: 'cafe',
          line: null,
          rows: 0,
        },
      ],
    ]);
    const reader = (rows: number) => ({
      linesPresent: async () => new Set<string>(),
      linesAccounted: async (tables: string[], sha256: string) =>
        tables.includes('nem.bronze_rooftop') && sha256 === 'cafe' ? rows : 0,
    });
    expect([...(await idsInLake(reader(9), 'nem', [...left.values()]))]).toEqual(['a']);
    expect([...(await idsInLake(reader(0), 'nem', [...left.values()]))]).toEqual([]);
    expect(decided([a], left, new Set(['a']), new Map(), null).result).toMatchObject({
      repaired: 1,
      failed: 0,
    });
    expect(decided([a], left, new Set(), new Map(), null).events).toMatchObject([
      { action: 'failed', detail: 'use a backfill' },
    ]);
  });

  it('count as attempts after a failed gate, and are given back after any other failure of the run', () => {
    const actions = (code: string): string[] =>
      decided([a, b], outcomes, new Set(), new Map(), { code, message: 'm' }).events.map(
        ({ action }) => action,
      );
    expect(actions('GATE_FAILED')).toEqual(['failed', 'failed']);
    expect(actions('SPARK_DRIVER_UNAVAILABLE')).toEqual(['released', 'released']);
  });
});
