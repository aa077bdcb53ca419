import { readConfig } from '../../settings/config';
import { currents, json } from './support/command';

jest.setTimeout(300_000);

interface Change {
  schedule_id: string;
  action: string;
  paused: boolean;
}

interface Status {
  simulated: boolean;
  services: { name: string; state: string }[];
  tables: unknown[] | null;
  slots: unknown[] | null;
}

describe('what operators touch', () => {
  it("makes the server's schedules agree with the code, once, and keeps a pause", async () => {
    expect((await json<Change[]>(['schedules', 'plan'])).body).toMatchObject([
      { schedule_id: 'ingest-nem', action: 'create' },
      { schedule_id: 'reconcile-nem', action: 'create' },
      { schedule_id: 'backfill-nem', action: 'create' },
      { schedule_id: 'maintain-nem', action: 'create' },
      { schedule_id: 'maintain-lake', action: 'create' },
    ]);
    expect((await json<Change[]>(['schedules', 'apply'])).body).toMatchObject(
      Array.from({ length: 5 }, () => ({ action: 'create' })),
    );
    expect((await currents(['schedules', 'pause', '--reason', 'integration test'])).code).toBe(0);
    expect((await json<Change[]>(['schedules', 'apply'])).body).toMatchObject(
      Array.from({ length: 5 }, () => ({ action: 'unchanged', paused: true })),
    );
  });

  it('tells the state of every service, and marks simulated data', async () => {
    const { code, body } = await json<Status>(['status']);
    expect({ code, unhealthy: body.services.filter(({ state }) => state !== 'healthy') }).toEqual({
      code: 0,
      unhealthy: [],
    });
    expect(body.simulated).toBe(true);
    expect(body.tables).not.toBeNull();
    expect(body.slots).not.toBeNull();
  });

  it("serves the SDK's metrics and ours in one place, in seconds and with _total", async () => {
    const text = await (await fetch(`http://127.0.0.1:${readConfig().ports.workerMetrics}/metrics`)).text();
    for (const name of [
      'temporal_worker_task_slots_available',
      'temporal_request_total',
      'currents_runs_total',
      'currents_kafka_lag_records',
    ])
      expect(text).toContain(name);
    expect(text).not.toMatch(/_latency_milliseconds/);
  });

  it.each([
    [['run', 'tides'], 2, /UNKNOWN_PIPELINE.*nem/s],
    [['run', 'nem', '--from', 'yesterday'], 2, /ISO 8601/],
    [['run', 'nem', '--from', '2026-01-02', '--to', '2026-01-01'], 2, /must be after/],
    [['query', 'select nonsense'], 2, /nonsense/],
    [['metadata', 'load', '--unit-csv', 'no/such/file.csv'], 2, /UNREADABLE_FILE.*--unit-csv/s],
    [['branch', 'create', 'slot_9'], 2, /BRANCH_NAME/],
    [['frobnicate'], 2, /unknown command/],
  ])('answers %j with exit %i and what was expected', async (args, code, message) => {
    const result = await currents(args);
    expect({ code: result.code, stdout: result.stdout }).toEqual({ code, stdout: '' });
    expect(result.stderr).toMatch(message);
    expect(result.stderr).not.toMatch(/\n\s+at .*\.js:\d+/);
  });
});
