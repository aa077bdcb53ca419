import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { busyText } from '../../../../clients/spark/busyDriver';
import type { SparkJobSpec } from '../../../../clients/spark/sparkJob';
import { WarmRunner } from '../../../../clients/spark/warmRunner';

/** A driver that takes one job at a time and keeps it until it is told that the job has ended. */
class OneJobDriver {
  readonly taken: string[] = [];
  running: string | null = null;
  private readonly server = http.createServer((request, response) => this.answer(request, response));

  async start(port = 0): Promise<number> {
    await new Promise<void>((resolve) => this.server.listen(port, '127.0.0.1', resolve));
    return (this.server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private answer(request: http.IncomingMessage, response: http.ServerResponse): void {
    const say = (status: number, body: unknown): unknown =>
      response.writeHead(status).end(JSON.stringify(body));
    if (request.method === 'GET') {
      const isKnown = this.taken.includes(decodeURIComponent(request.url!.slice('/jobs/'.length)));
      return void say(isKnown ? 200 : 404, { status: 'running', step: 's' });
    }
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { job_id } = JSON.parse(Buffer.concat(chunks).toString()) as { job_id: string };
      if (this.running !== null)
        return say(409, { busy: { job_id: this.running, kind: 'maintain', pipeline: 'nem', since: 0 } });
      this.running = job_id;
      this.taken.push(job_id);
      return say(202, {});
    });
  }
}

const spec = (job_id: string): SparkJobSpec => ({ job_id }) as SparkJobSpec;
const until = async (met: () => boolean): Promise<void> => {
  while (!met()) await new Promise((resolve) => setTimeout(resolve, 10));
};

describe('a job for a driver that is busy', () => {
  let driver: OneJobDriver;
  let runner: WarmRunner;
  let port: number;
  let told: string[];
  const waiting = (signal = new AbortController().signal) => ({
    signal,
    onWait: (reason: string) => void told.push(reason),
  });

  beforeEach(async () => {
    told = [];
    driver = new OneJobDriver();
    port = await driver.start();
    runner = new WarmRunner(`http://127.0.0.1:${port}`, 5_000);
  });
  afterEach(async () => driver.stop());

  it('waits without failing, and tells what for', async () => {
    driver.running = 'upkeep';
    const submitted = runner.submit(spec('a'), waiting());
    await until(() => told.length > 0);
    expect(told[0]).toMatch(/^waiting for the Spark driver, busy with maintain of nem since \d+ s$/);
    driver.running = null;
    await submitted;
    expect(driver.taken).toEqual(['a']);
  });

  it('comes in the order of asking', async () => {
    driver.running = 'upkeep';
    const all = ['a', 'b', 'c'].map(async (id) => runner.submit(spec(id), waiting()));
    for (const count of [1, 2, 3]) {
      driver.running = null;
      await until(() => driver.taken.length === count);
    }
    await Promise.all(all);
    expect(driver.taken).toEqual(['a', 'b', 'c']);
    expect(told).toContain('waiting for the Spark driver behind 1 other jobs');
  });

  it('leaves the queue when it is cancelled, also from its middle', async () => {
    driver.running = 'upkeep';
    const cancelled = new AbortController();
    const first = runner.submit(spec('a'), waiting());
    const second = runner.submit(spec('b'), waiting(cancelled.signal));
    const third = runner.submit(spec('c'), waiting());
    await until(() => told.length > 2);
    cancelled.abort(new Error('cancelled by the operator'));
    await expect(second).rejects.toThrow('cancelled by the operator');
    driver.running = null;
    await first;
    expect(driver.taken).toEqual(['a']);
    driver.running = null;
    await third;
    expect(driver.taken).toEqual(['a', 'c']);
  });

  it('is not queued when the driver has it already', async () => {
    driver.running = 'a';
    driver.taken.push('a');
    await runner.submit(spec('a'), waiting());
    expect(driver.taken).toEqual(['a']);
  });

  it('waits for a driver that restarts', async () => {
    await driver.stop();
    const submitted = runner.submit(spec('a'), waiting());
    await until(() => told.length > 0);
    expect(told[0]).toMatch(/^waiting for the Spark driver, which does not answer/);
    driver = new OneJobDriver();
    await driver.start(port);
    await submitted;
    expect(driver.taken).toEqual(['a']);
  });

  it('fails when the driver stays away for longer than a restart takes', async () => {
    await driver.stop();
    const impatient = new WarmRunner(`http://127.0.0.1:${port}`, 0);
    await expect(impatient.submit(spec('a'), waiting())).rejects.toMatchObject({
      code: 'SPARK_DRIVER_UNAVAILABLE',
      retryable: true,
    });
  });
});

describe('what keeps the driver busy', () => {
  it.each([
    [
      '{"busy":{"job_id":"j","kind":"refine","pipeline":"nem","since":"2026-01-01T00:00:00Z"}}',
      'busy with refine of nem since 30 s',
    ],
    ['{"busy":{"job_id":"j","since":1767225600}}', 'busy with j since 30 s'],
    ['{"running":"nem-r1"}', 'busy with nem-r1'],
    [
      '{"running":"nem-r1","running_kind":"maintain","running_pipeline":"nem","running_since":"2026-01-01T00:00:10Z"}',
      'busy with maintain of nem since 20 s',
    ],
    ['{}', 'busy with another job'],
    ['<html>', 'busy with another job'],
  ])('of %s is %s', (body, text) => {
    expect(busyText(body, Date.parse('2026-01-01T00:00:30Z'))).toBe(text);
  });
});
