import { KafkaJsPort } from '../../clients/kafka/kafka';
import { deadLetterRecord, rowRecord } from '../../activities/ingest/kafkaRecords';
import { Landing } from '../../activities/ingest/landing';
import { ObjectStore } from '../../clients/s3/objectStore';
import { crc32Hex, sha256Hex } from '../../clients/s3/checksums';
import { readConfig } from '../../settings/config';
import type { LookalikeSite } from '../../pipelines/nem/demo/site';
import { createNemSource } from '../../pipelines/nem/source/source';
import { currents, json, query } from './support/command';
import { forgedScada, withValue } from './support/forge';
import { mainHash, openSite, publish } from './support/market';

jest.setTimeout(600_000);

interface ListedDeadLetter {
  id: string;
  status: string;
  attempts: number;
  reason: string;
  source_line: number;
  decided_by: string | null;
  decided_why: string | null;
  detail: string | null;
}
interface List {
  total: number;
  counts: { reason: string; status: string; count: number }[];
  dead_letters: ListedDeadLetter[];
}
interface Replay {
  status: string;
  claimed: number;
  published: number;
  repaired: number;
  failed: number;
  exhausted: number;
  run_id: string | null;
  failures: { detail: string }[];
}

const FROM = '2026-11-22 09:00';

/** The tests of this file build on one another, as an operator's day does. */
describe('dead letters on a real stack', () => {
  const config = readConfig();
  let site: LookalikeSite;
  let coal: string;
  let other: string;
  const list = async (...filter: string[]): Promise<List> =>
    (await json<List>(['deadletters', 'list', ...filter])).body;
  const replay = (...args: string[]): Promise<{ code: number | null; body: Replay }> =>
    json<Replay>(['deadletters', 'replay', ...args]);

  beforeAll(async () => {
    site = await openSite();
    const { plan, range } = publish(site, { fromNem: FROM, intervals: 2, oddities: [] });
    [coal, other] = plan.units.slice(0, 2).map(({ unit_id }) => unit_id) as [string, string];
    site.publish(forgedScada(plan, 0, (csv) => withValue(csv, coal, 'n/a')));
    await ingestWithOlderRules(plan);
    expect(await json(['run', 'nem', ...range])).toMatchObject({
      code: 0,
      body: { status: 'merged', dead_letters: 1 },
    });
  });
  afterAll(() => site.close());

  it('lists rejected records, filters them, and shows a whole dead letter', async () => {
    expect((await list()).counts).toEqual([
      { reason: 'scadavalue_missing', status: 'new', count: 1 },
      { reason: 'scadavalue_not_a_number', status: 'new', count: 1 },
    ]);
    const { total, dead_letters: deadLetters } = await list(
      '--rejected',
      'scadavalue_not_a_number',
      '--topic',
      'nem_dispatch',
      '--stage',
      'contract',
      '--status',
      'new',
      '--from',
      '2020-01-01',
    );
    expect({ total, deadLetters }).toMatchObject({
      total: 1,
      deadLetters: [{ status: 'new', attempts: 0, reason: 'scadavalue_not_a_number' }],
    });
    const shown = await json<ListedDeadLetter & { payload: string; headers: Record<string, string> }>([
      'deadletters',
      'show',
      deadLetters[0]!.id.slice(0, 8),
    ]);
    expect(shown.body).toMatchObject({
      id: deadLetters[0]!.id,
      payload: expect.stringContaining(coal),
      headers: { 'currents.stage': 'contract' },
    });
    expect(await currents(['deadletters', 'show', '0000000000000000'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('DEAD_LETTER_NOT_FOUND'),
    });
    expect((await list('--to', '2020-01-01')).total).toBe(0);
  });

  it('says what a replay would do and changes nothing', async () => {
    const before = await mainHash();
    expect((await replay('--dry-run')).body).toMatchObject({
      status: 'dry_run',
      claimed: 0,
      by_reason: { scadavalue_missing: 1, scadavalue_not_a_number: 1 },
    });
    expect(await mainHash()).toBe(before);
  });

  it("repairs what today's rules accept, with the row in silver, and counts attempts for what they don't", async () => {
    const gone =
      `select count(*) as n from nem.silver_dispatch_clean where unit_id = '${other}' ` +
      "and trading_interval = timestamp '2026-11-22 09:15:00'";
    expect(await query(gone)).toEqual([{ n: 0 }]);
    const { code, body } = await replay('--by', 'ada', '--reason', 'the rule was wrong');
    expect({ code, body }).toMatchObject({
      code: 1,
      body: {
        status: 'done',
        claimed: 2,
        published: 1,
        repaired: 1,
        failed: 1,
        failures: [{ detail: expect.stringContaining('scadavalue_not_a_number') }],
      },
    });
    expect(await query(gone)).toEqual([{ n: 1 }]);
    expect((await list('--status', 'repaired')).dead_letters).toMatchObject([
      { reason: 'scadavalue_missing', decided_by: 'ada', decided_why: 'the rule was wrong' },
    ]);
    expect((await list('--status', 'failed')).dead_letters).toMatchObject([
      { attempts: 1, detail: expect.stringContaining('still rejected') },
    ]);
  });

  it('changes nothing when what is repaired is replayed again', async () => {
    const [before, rows] = [await mainHash(), await query('select count(*) as n from nem.bronze_dispatch')];
    expect((await replay('--rejected', 'scadavalue_missing')).body).toMatchObject({
      status: 'nothing_to_do',
      claimed: 0,
      published: 0,
    });
    expect(await mainHash()).toBe(before);
    expect(await query('select count(*) as n from nem.bronze_dispatch')).toEqual(rows);
  });

  it('gives up after as many attempts as it is given', async () => {
    expect((await replay('--max-attempts', '2')).body).toMatchObject({ claimed: 1, failed: 1, published: 0 });
    const exhausted = await replay('--max-attempts', '2');
    expect(exhausted).toMatchObject({ code: 0, body: { status: 'nothing_to_do', exhausted: 1 } });
    expect((await list('--status', 'failed')).dead_letters).toMatchObject([{ attempts: 2 }]);
  });

  it('discards with who and why, deletes nothing, and leaves the discarded alone', async () => {
    expect((await currents(['deadletters', 'discard', '--rejected', 'scadavalue_not_a_number'])).code).toBe(
      2,
    );
    expect(await currents(['deadletters', 'discard', '--reason', 'all'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('DEAD_LETTER_FILTER'),
    });
    expect(
      (
        await json([
          'deadletters',
          'discard',
          '--rejected',
          'scadavalue_not_a_number',
          '--by',
          'ada',
          '--reason',
          'telemetry was down',
        ])
      ).body,
    ).toMatchObject({ status: 'done', discarded: 1 });
    expect((await list('--status', 'discarded')).dead_letters).toMatchObject([
      { decided_by: 'ada', decided_why: 'telemetry was down', attempts: 2 },
    ]);
    expect((await replay()).body).toMatchObject({ status: 'nothing_to_do', claimed: 0 });
    expect(await query("select count(*) as n from nem_ops.dead_letters where status = 'new'")).toEqual([
      { n: 2 },
    ]);
    expect((await json<{ dead_letters: unknown[] }>(['status'])).body.dead_letters).toEqual([]);
    const saved = JSON.parse(
      (await currents(['query', '--format', 'json', '@dead_letters_by_reason'])).stdout,
    ) as { reason: string; status: string }[];
    expect(saved.map(({ reason, status }) => `${reason}: ${status}`).sort()).toEqual([
      'scadavalue_missing: repaired',
      'scadavalue_not_a_number: discarded',
    ]);
  });

  /**
   * A third interval as a worker of older rules left it: landed, all rows published but one, which its rules
   * rejected.
   */
  async function ingestWithOlderRules(plan: ReturnType<typeof publish>['plan']): Promise<void> {
    const next = publish(site, { fromNem: '2026-11-22 09:10', intervals: 1, oddities: [], seed: plan.seed });
    const scada = next.plan.files.find(({ path }) => path.includes('PUBLIC_DISPATCHSCADA_'))!;
    const [source, store, kafka] = [
      createNemSource(config),
      ObjectStore.connect(config),
      new KafkaJsPort(config.kafkaBrokers),
    ];
    const name = scada.path.split('/').at(-1)!;
    const file = {
      ...source.placeOf(name)!,
      name,
      url: `${config.API_URL}${scada.path}`,
      published_bytes: null,
      published_at: null,
      required: true,
    };
    const landed = await new Landing(store, 'nem').land(file, scada.bytes, crc32Hex(scada.bytes));
    expect(landed.sha256).toBe(sha256Hex(scada.bytes));
    const records = [...(await source.readRecords(landed)).records].filter((record) => record.kind === 'row');
    const rejected = records.find(({ key }) => key === other)!;
    await kafka.publish([
      {
        topic: 'nem_dispatch',
        records: records.filter((record) => record !== rejected).map((record) => rowRecord(record, landed)),
      },
      {
        topic: 'nem_dispatch.dlq',
        records: [
          deadLetterRecord(
            {
              ...rejected,
              kind: 'deadLetter',
              value: `D,DISPATCH,UNIT_SCADA,1,,${other},`,
              reason: 'scadavalue_missing',
              rule: 'not_null:SCADAVALUE',
              message: 'by older rules',
            },
            landed,
          ),
        ],
      },
    ]);
    await new Landing(store, 'nem').writeReceipt(file, {
      name,
      crc32: crc32Hex(scada.bytes),
      sha256: landed.sha256,
      rows: records.length - 1,
      deadLetters: 1,
      quarantined: null,
    });
    await kafka.close();
    store.close();
  }
});
