import { ApplicationFailure, WorkflowFailedError } from '@temporalio/client';
import { spawnSync } from 'node:child_process';
import { hasPrintedJson, reportFailure, reportRunFailure } from '../../../cli/support/output';
import { BackfillInputError } from '../../../core/errors';
import { repositoryRoot } from '../../../settings/repositoryRoot';

function written(report: () => number): { code: number; out: string; err: string } {
  const texts = { out: '', err: '' };
  const spies = (['stdout', 'stderr'] as const).map((stream) =>
    jest.spyOn(process[stream], 'write').mockImplementation((text) => {
      texts[stream === 'stdout' ? 'out' : 'err'] += String(text);
      return true;
    }),
  );
  try {
    return { code: report(), ...texts };
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
}

const failedRun = new WorkflowFailedError(
  'failed',
  ApplicationFailure.create({
    message: 'two expectations failed',
    type: 'GATE_FAILED',
    details: [{ code: 'GATE_FAILED', hint: 'Look at the branch.', runId: '20261121T051500Z' }],
  }),
  undefined as never,
);

describe('a command that failed', () => {
  it('says code, message and hint on stderr, and prints no JSON unless asked', () => {
    const { code, out, err } = written(() => reportFailure(new BackfillInputError(['from: no time'])));
    expect(code).toBe(2);
    expect(out).toBe('');
    expect(err).toMatch(/^BACKFILL_INPUT {2}.*from: no time.*\n {2}\S/);
  });

  it('prints the documented JSON with --json, which is then known to be printed', () => {
    expect(hasPrintedJson()).toBe(false);
    const { code, out } = written(() => reportFailure(failedRun, true));
    expect(code).toBe(1);
    expect(JSON.parse(out)).toEqual({
      status: 'failed',
      code: 'GATE_FAILED',
      message: 'two expectations failed',
      hint: 'Look at the branch.',
      details: { code: 'GATE_FAILED', hint: 'Look at the branch.', run_id: '20261121T051500Z' },
    });
    expect(hasPrintedJson()).toBe(true);
  });

  it('does so also in a command that leaves its errors to the program', () => {
    const range = ['--from', '2026-11-02T00:00:00Z', '--to', '2026-11-01T00:00:00Z'];
    const { status, stdout } = spawnSync(
      process.execPath,
      ['bin/currents.js', 'rebuild', '--pipeline', 'nem', '--json', ...range],
      { cwd: repositoryRoot(), encoding: 'utf8' },
    );
    expect(status).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({ status: 'failed', code: 'INVALID_INTERVAL' });
  });

  it('names pipeline and run where it starts runs; the run is null before one began', () => {
    const began = JSON.parse(written(() => reportRunFailure(failedRun, 'nem', true)).out) as object;
    expect(began).toMatchObject({ status: 'failed', pipeline: 'nem', run_id: '20261121T051500Z' });
    const none = JSON.parse(written(() => reportRunFailure(new Error('no'), 'nem', true)).out) as object;
    expect(none).toMatchObject({ pipeline: 'nem', run_id: null, code: 'UNEXPECTED' });
  });
});
