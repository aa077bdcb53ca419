import { setTimeout as pause } from 'node:timers/promises';
import { readConfig } from '../../settings/config';
import { NessieClient } from '../../nessie/client';
import type { LookalikeSite } from '../../pipelines/nem/demo/site';
import type { Client } from '@temporalio/client';
import type { IngestCounts, LaneState } from '../../core/runs';
import { getLaneState } from '../../workflows/messages';
import { currents, json, query } from './support/command';
import { forgedScada } from './support/forge';
import { atSite, mainHash, publish } from './support/market';

jest.setTimeout(600_000);

interface DeadLetterList {
  total: number;
  counts: { reason: string; status: string; count: number }[];
}

/** The tests of this file build on one another, as an operator's day does. */
describe('a run that a failed gate holds', () => {
  const config = readConfig();
  const nessie = new NessieClient(config.nessieUrl);
  const list = async (...filter: string[]): Promise<DeadLetterList> =>
    (await json<DeadLetterList>(['deadletters', 'list', ...filter])).body;
  let site: LookalikeSite;
  let client: Client;

  atSite((opened, connected) => ([site, client] = [opened, connected]));

  const lane = (): Promise<LaneState> => client.workflow.getHandle('lane/nem').query(getLaneState);
  let heldRun: string;
  let poison: string;

  it('stops at a column that is missing, since a retyped feed must not pass as a quiet one', async () => {
    const { plan, range } = publish(site, { fromNem: '2026-11-22 09:30', intervals: 1, oddities: [] });
    const forged = forgedScada(plan, 0, (csv) => csv.replace('SCADAVALUE', 'SCADAMW'));
    poison = forged.path.split('/').at(-1)!;
    site.publish(forged);
    const before = await mainHash();
    const there = await nessie.listContents({ name: 'main' });
    const failed = await json<{ run_id: string }>(['run', 'nem', ...range]);
    expect(failed).toMatchObject({
      code: 1,
      body: { code: 'GATE_FAILED', message: expect.stringMatching(/missing/i) },
    });
    heldRun = failed.body.run_id;
    const [merge] = await nessie.log({ name: 'main' }, { max: 1 });
    expect(merge!.properties['currents.kind']).toBe('evidence');
    const changed = await nessie.diff({ name: 'main', hash: before }, { name: 'main' });
    // The first evidence of a lake makes the empty table of dead letters, too.
    const isNew = (key: string): boolean => key === 'nem_ops.dead_letters' && !there.has(key);
    expect(changed.map(({ key }) => key).filter((key) => !isNew(key))).toEqual(['nem_ops.gate_results']);
  });

  it('ingest goes on while the run holds the lane', async () => {
    publish(site, { fromNem: '2026-11-22 09:35', intervals: 1, oddities: [] });
    const ingested = (await client.workflow.execute('ingestInterval', {
      taskQueue: 'control',
      workflowId: 'ingest/nem-2026-11-21T23:35:00Z',
      args: [
        { pipeline: 'nem', intervalStart: '2026-11-21T23:35:00Z', listedSince: new Date().toISOString() },
      ],
    })) as IngestCounts;
    expect(ingested.rows).toBeGreaterThan(400);
    expect(await lane()).toMatchObject({
      held: { runId: heldRun },
      running: null,
      queued: [{ kind: 'live' }],
    });
  });

  it('shows what failed and which file is to blame, and rejects what does not fit', async () => {
    const { body } = await json<{
      is_held: boolean;
      files: { name: string }[];
      failed: { rule: string; by: string }[];
      answers: string[];
    }>(['runs', 'show', heldRun]);
    expect(body).toMatchObject({
      is_held: true,
      files: [{ name: poison }],
      answers: [
        expect.stringContaining('retry'),
        expect.stringContaining('override'),
        expect.stringContaining('quarantine'),
      ],
    });
    expect(body.failed).toContainEqual(
      expect.objectContaining({ rule: expect.stringContaining('missing column'), by: 'rows' }),
    );
    const before = await mainHash();
    expect((await json(['runs', 'quarantine', heldRun, '--reason', 'x', '--dry-run'])).body).toMatchObject({
      status: 'dry_run',
      files: [{ name: poison }],
    });
    expect(
      await currents(['runs', 'quarantine', heldRun, '--reason', 'x', '--file', 'other.zip']),
    ).toMatchObject({ code: 2, stderr: expect.stringContaining('NOTHING_TO_QUARANTINE') });
    expect(await currents(['runs', 'quarantine', '20200101T000000Z', '--reason', 'x'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('NOT_HELD'),
    });
    expect(await currents(['deadletters', 'replay'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('LANE_HELD'),
    });
    expect(await mainHash()).toBe(before);
  });

  it('goes on without the file, whose records become dead letters', async () => {
    const done = await json<{ status: string; refine: { status: string } }>([
      'runs',
      'quarantine',
      heldRun,
      '--reason',
      'column renamed',
      '--by',
      'ada',
    ]);
    expect(done).toMatchObject({ code: 0, body: { status: 'done', refine: { status: 'merged' } } });
    expect((await lane()).held).toBeNull();
    const quarantined = await list('--rejected', 'quarantined', '--stage', 'gate', '--file', poison);
    expect(quarantined.total).toBeGreaterThan(400);
    expect(quarantined.counts).toEqual([{ reason: 'quarantined', status: 'new', count: quarantined.total }]);
  });

  it('lets the live run go on that has waited, with what came meanwhile', async () => {
    const deadline_ms = Date.now() + 120_000;
    for (
      let state = await lane();
      (state.running ?? state.queued.length) && Date.now() < deadline_ms;
      state = await lane()
    )
      await pause(500);
    const { recent, ...state } = await lane();
    expect(state).toMatchObject({ running: null, queued: [], held: null });
    expect(recent.slice(0, 2)).toMatchObject([
      { kind: 'live', status: 'merged' },
      { kind: 'operator', status: 'merged' },
    ]);
    const [rows] = await query(
      'select count(distinct trading_interval) as n from nem.silver_region_clean ' +
        "where trading_interval >= timestamp '2026-11-22 09:35:00'",
    );
    expect(rows).toEqual({ n: 2 });
  });
});
