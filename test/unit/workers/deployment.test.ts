import type { ConnectionLike } from '@temporalio/client';
import { Deployment, type Takeover } from '../../../workers/deployment';

const GONE_AFTER_MS = 90_000;
const PASS_EVERY_MS = 15_000;

/**
 * Temporal as far as worker versions go: which are known and current on disk, who asks for work in memory.
 */
class FakeTemporal {
  isDown = false;
  current = '';
  readonly everCurrent = new Set<string>();
  readonly runs: Record<string, string[]> = {};
  private readonly known = new Set<string>();
  private lastAsked = new Map<string, number>();

  ask(...builds: string[]): void {
    for (const build of builds) {
      this.known.add(build);
      this.lastAsked.set(build, Date.now());
    }
  }

  restart(): void {
    this.lastAsked = new Map();
  }

  get connection(): ConnectionLike {
    return { workflowService: this.service } as unknown as ConnectionLike;
  }

  private readonly service = {
    describeWorkerDeployment: () =>
      this.answer(() => ({
        conflictToken: new Uint8Array(),
        workerDeploymentInfo: {
          routingConfig: { currentDeploymentVersion: { buildId: this.current } },
          versionSummaries: [...this.known].map((buildId) => ({
            deploymentVersion: { buildId },
            lastCurrentTime: this.everCurrent.has(buildId) ? {} : null,
          })),
        },
      })),
    describeTaskQueue: () =>
      this.answer(() => ({
        pollers: [...this.lastAsked].map(([buildId, at_ms]) => ({
          deploymentOptions: { buildId },
          lastAccessTime: { seconds: Math.floor(at_ms / 1000), nanos: 0 },
        })),
      })),
    setWorkerDeploymentCurrentVersion: ({ buildId }: { buildId: string }) =>
      this.answer(() => this.makeCurrent(buildId)),
    listWorkflowExecutions: (request: { query: string; pageSize: number; nextPageToken?: Uint8Array }) =>
      this.answer(() => {
        const runs = this.runs[/:([^']+)'$/.exec(request.query)![1]!] ?? [];
        const from = Number(Buffer.from(request.nextPageToken ?? []).toString() || 0);
        const to = from + request.pageSize;
        return {
          executions: runs.slice(from, to).map((workflowId) => ({ execution: { workflowId } })),
          nextPageToken: Buffer.from(to < runs.length ? String(to) : ''),
        };
      }),
    updateWorkflowExecutionOptions: () => this.answer(() => ({})),
  };

  makeCurrent(build: string): void {
    this.current = build;
    this.everCurrent.add(build);
  }

  private answer<T>(make: () => T): Promise<T> {
    return this.isDown ? Promise.reject(new Error('connection refused')) : Promise.resolve(make());
  }
}

describe('a worker that looks after versions', () => {
  let server: FakeTemporal;
  let old: Deployment;

  /** v1 ends its runs while v2 gets the new ones, as v1 sees it. */
  beforeEach(async () => {
    jest.useFakeTimers();
    server = new FakeTemporal();
    old = new Deployment(server.connection, 'default', GONE_AFTER_MS);
    server.ask('v1', 'v2');
    for (const build of ['v1', 'v2']) server.makeCurrent(build);
    server.runs.v2 = ['refine/nem/1'];
    await passes(10 * 60_000, ['v1', 'v2']);
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  /**
   * Lets time pass in which these versions ask for work; what each of v1's passes changed, failures left out.
   */
  async function passes(for_ms: number, asking: string[], every_ms = PASS_EVERY_MS): Promise<Takeover[]> {
    const outcomes: (Takeover | undefined)[] = [];
    for (let passed_ms = 0; passed_ms < for_ms; passed_ms += every_ms) {
      jest.advanceTimersByTime(every_ms);
      server.ask(...asking);
      outcomes.push(await old.takeOver('v1').catch(() => undefined));
    }
    return outcomes.filter(
      (outcome) => outcome !== undefined && (outcome.from !== null || outcome.moved.length > 0),
    ) as Takeover[];
  }

  async function temporalDown(for_ms: number): Promise<void> {
    server.isDown = true;
    await passes(for_ms, [], 500);
    server.isDown = false;
    server.restart();
  }

  it('moves all runs of a version that is gone, however many', async () => {
    server.runs.v2 = Array.from({ length: 2_500 }, (_, index) => `refine/nem/${index}`);
    const [takeover] = await passes(10 * 60_000, ['v1']);
    expect(takeover?.moved).toEqual(server.runs.v2);
  });

  it('takes nothing from a newer version that a restarted Temporal has not heard yet', async () => {
    await temporalDown(20_000);
    expect(await old.takeOver('v1')).toEqual({ from: null, moved: [] });
    expect(await passes(60_000, ['v1'])).toEqual([]);
    expect(await passes(10 * 60_000, ['v1', 'v2'])).toEqual([]);
    expect(server.current).toBe('v2');
  });

  it('nor when Temporal was restarted between two passes', async () => {
    server.restart();
    expect(await passes(60_000, ['v1'], 500)).toEqual([]);
    expect(await passes(10 * 60_000, ['v1', 'v2'])).toEqual([]);
  });

  it('nor while Temporal sees no polls, or only those of others', async () => {
    expect(await passes(10 * 60_000, [])).toEqual([]);
    server.restart();
    expect(await passes(10 * 60_000, [])).toEqual([]);
  });

  it('nor after the machine was suspended, however long', async () => {
    await passes(60_000, ['v1']);
    jest.advanceTimersByTime(3 * 3_600_000);
    expect(await passes(60_000, ['v1'])).toEqual([]);
    expect(await passes(10 * 60_000, ['v1', 'v2'])).toEqual([]);
  });

  it('nor when the wall clock is stepped', async () => {
    jest.setSystemTime(Date.now() + 3_600_000);
    expect(await passes(60_000, ['v1'])).toEqual([]);
    expect(await passes(10 * 60_000, ['v1', 'v2'])).toEqual([]);
  });

  it('starts to count again after a failed pass', async () => {
    expect(await passes(75_000, ['v1'])).toEqual([]);
    server.isDown = true;
    await passes(500, ['v1'], 500);
    server.isDown = false;
    expect(await passes(90_000, ['v1'])).toEqual([]);
    expect(await passes(PASS_EVERY_MS, ['v1'])).toEqual([{ from: 'v2', moved: ['refine/nem/1'] }]);
  });

  it('takes new runs and open runs 90 s after the newer version asked last', async () => {
    expect(await passes(75_000, ['v1'])).toEqual([]);
    expect(await passes(PASS_EVERY_MS, ['v1'])).toEqual([{ from: 'v2', moved: ['refine/nem/1'] }]);
    expect(server.current).toBe('v1');
  });

  it('gives new runs to a version that never had any at once', async () => {
    server.ask('v3');
    expect(await new Deployment(server.connection, 'default', GONE_AFTER_MS).takeOver('v3')).toEqual({
      from: 'v2',
      moved: [],
    });
  });

  it('says who is alive at this moment', async () => {
    jest.advanceTimersByTime(GONE_AFTER_MS);
    server.ask('v1');
    expect(await old.versions()).toEqual([
      { buildId: 'v1', isCurrent: false, wasCurrent: true, isAlive: true },
      { buildId: 'v2', isCurrent: true, wasCurrent: true, isAlive: false },
    ]);
  });
});
