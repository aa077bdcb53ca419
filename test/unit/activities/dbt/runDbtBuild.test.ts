import fs from 'node:fs';
import path from 'node:path';
import { runDbtBuild } from '../../../../clients/dbt/dbt';
import { DbtCrashedError, DbtModelsFailedError, DbtTestsFailedError } from '../../../../clients/dbt/errors';
import type { DbtProgress } from '../../../../clients/dbt/dbtLog';
import { fakeDbt, logs, removeFakes, writesResults } from './fakeDbt';

const MODEL = 'model.currents.fact_dispatch';
const TEST = 'test.currents.fact_dispatch_keeps_rules.1a2b3c';

async function failureOf(build: Promise<unknown>): Promise<Error> {
  return build.then(
    () => {
      throw new Error('expected the build to fail');
    },
    (error: Error) => error,
  );
}

afterAll(removeFakes);

describe('runDbtBuild', () => {
  it('gives what was built and tested', async () => {
    const request = fakeDbt(
      writesResults({ id: MODEL, status: 'success', rows: 493 }, { id: TEST, status: 'pass', failures: 0 }),
    );
    const result = await runDbtBuild(request);
    expect(result).toMatchObject({ passed: 2, failed: 0, warned: 0, skipped: 0, invocation_id: 'abc' });
    expect(result.nodes).toMatchObject([
      { name: 'fact_dispatch', type: 'model', status: 'success', rows: 493, execution_ms: 250, sql: null },
      { name: 'fact_dispatch_keeps_rules', type: 'test', status: 'pass', failures: 0 },
    ]);
  });

  it('tells how far it is, node by node', async () => {
    const node = { unique_id: MODEL, node_name: 'fact_dispatch' };
    const script =
      logs('LogStartLine', { total: 15, node_info: node }) +
      logs('LogModelResult', { total: 15, node_info: node }) +
      'echo not json\n';
    const seen: DbtProgress[] = [];
    await runDbtBuild(fakeDbt(script + writesResults()), { onProgress: (progress) => seen.push(progress) });
    expect(seen).toEqual([
      { done: 0, total: 15, running: ['fact_dispatch'] },
      { done: 1, total: 15, running: [] },
    ]);
  });

  it('names each test that failed and counts its rows', async () => {
    const script = writesResults({ id: TEST, status: 'fail', failures: 3 }, { id: MODEL, status: 'success' });
    const error = await failureOf(runDbtBuild(fakeDbt(`${script}exit 1`)));
    expect(error).toBeInstanceOf(DbtTestsFailedError);
    expect(error).toMatchObject({ code: 'DBT_TESTS_FAILED', kind: 'data', retryable: false });
    expect(error.message).toContain('fact_dispatch_keeps_rules (3 rows)');
  });

  it('tells a model in error from a failed test, and retries only what may pass', async () => {
    const sql = await failureOf(
      runDbtBuild(
        fakeDbt(`${writesResults({ id: MODEL, status: 'error', message: 'COLUMN_NOT_FOUND x' })}exit 1`),
      ),
    );
    const network = await failureOf(
      runDbtBuild(
        fakeDbt(`${writesResults({ id: MODEL, status: 'error', message: 'Connection refused' })}exit 1`),
      ),
    );
    expect(sql).toBeInstanceOf(DbtModelsFailedError);
    expect(sql.message).toContain('fact_dispatch (COLUMN_NOT_FOUND x)');
    expect([sql, network]).toMatchObject([{ retryable: false }, { retryable: true }]);
  });

  it('says why dbt crashed, from its log', async () => {
    const error = await failureOf(
      runDbtBuild(fakeDbt(`${logs('MainEncounteredError', {}, 'error', 'Env var required: X')}exit 2`)),
    );
    expect(error).toBeInstanceOf(DbtCrashedError);
    expect(error.message).toContain('exit code 2: Env var required: X');
    expect(error).toMatchObject({ retryable: false });
  });

  it('is tried again when it was killed from outside', async () => {
    const error = await failureOf(runDbtBuild(fakeDbt('kill -9 $$')));
    expect(error).toMatchObject({
      code: 'DBT_CRASHED',
      retryable: true,
      message: expect.stringContaining('SIGKILL') as string,
    });
  });

  it("does not take an earlier attempt's verdict for its own", async () => {
    const request = fakeDbt('exit 1');
    fs.mkdirSync(request.targetDir, { recursive: true });
    fs.writeFileSync(
      path.join(request.targetDir, 'run_results.json'),
      '{"metadata":{"invocation_id":"old"},"results":[]}',
    );
    await expect(runDbtBuild(request)).rejects.toThrow(DbtCrashedError);
  });

  it('passes the parsed project on to the next run of the same catalog', async () => {
    const first = fakeDbt(`echo parsed > "$TARGET/partial_parse.msgpack"\n${writesResults()}`);
    await runDbtBuild(first);
    const second = fakeDbt(`cp "$TARGET/partial_parse.msgpack" "$TARGET/found"\n${writesResults()}`);
    await runDbtBuild({ ...second, cacheDir: first.cacheDir });
    expect(fs.readFileSync(path.join(second.targetDir, 'found'), 'utf8')).toBe('parsed\n');
  });

  it('interrupts dbt on cancellation and rejects with the reason once it is gone', async () => {
    const controller = new AbortController();
    const request = fakeDbt(
      `trap 'echo gone > "$TARGET/gone"; exit 1' INT\n` +
        logs('LogStartLine', { total: 1, node_info: { unique_id: MODEL } }) +
        'while :; do sleep 0.05; done',
    );
    const build = runDbtBuild(request, {
      signal: controller.signal,
      onProgress: () => controller.abort(new Error('cancelled by hand')),
    });
    await expect(build).rejects.toThrow('cancelled by hand');
    expect(fs.existsSync(path.join(request.targetDir, 'gone'))).toBe(true);
  });
});
