import fs from 'node:fs';
import { runChildProcess, type ChildProcessRequest } from '../../../../clients/processes/childProcess';
import { ChildProcessStartError } from '../../../../clients/processes/errors';

const shell = (script: string, more: Partial<ChildProcessRequest> = {}): ChildProcessRequest => ({
  command: '/bin/sh',
  args: ['-c', script],
  env: { PATH: process.env.PATH },
  ...more,
});

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !isZombie(pid);
  } catch {
    return false;
  }
}

function isZombie(pid: number): boolean {
  const stat = fs.readFileSync(`/proc/${pid}/stat`, 'utf8');
  return stat.slice(stat.lastIndexOf(')') + 2).startsWith('Z');
}

/**
 * Runs a script that prints `ready <pid>...`, cancels it at that line, and gives the result and those pids.
 */
async function cancelWhenReady(script: string, more: Partial<ChildProcessRequest> = {}) {
  const controller = new AbortController();
  let pids: number[] = [];
  const onLine = (line: string): void => {
    if (!line.startsWith('ready')) return;
    pids = line.split(' ').slice(1).map(Number);
    controller.abort();
  };
  const result = await runChildProcess(shell(script, { ...more, onLine, signal: controller.signal }));
  return { result, pids };
}

describe('runChildProcess', () => {
  it('gives the exit code and every line of both streams', async () => {
    const lines: string[] = [];
    const result = await runChildProcess(
      shell('echo one; echo two >&2; printf three; exit 3', {
        onLine: (line, stream) => lines.push(`${stream}: ${line}`),
      }),
    );
    expect(result).toMatchObject({ code: 3, signal: null, cancelled: false });
    expect(lines.sort()).toEqual(['stderr: two', 'stdout: one', 'stdout: three']);
  });

  it('keeps only the end of a long output', async () => {
    const result = await runChildProcess(
      shell('i=0; while [ $i -lt 2000 ]; do echo line $i; i=$((i+1)); done', { tail_chars: 100 }),
    );
    expect(result.tail.length).toBeLessThanOrEqual(100);
    expect(result.tail.endsWith('line 1999')).toBe(true);
  });

  it('hands the child no environment but the one given', async () => {
    const result = await runChildProcess(shell('echo "[$HOME][$GIVEN]"', { env: { GIVEN: 'yes' } }));
    expect(result.tail).toBe('[][yes]');
  });

  it('says which program is missing', async () => {
    const missing = runChildProcess({ command: '/no/such/program', args: [], env: {} });
    await expect(missing).rejects.toThrow(ChildProcessStartError);
    await expect(missing).rejects.toThrow('/no/such/program');
  });

  it('lets a child that heeds the interrupt end by itself', async () => {
    const { result } = await cancelWhenReady(
      'trap "echo cleaned up; exit 7" INT; echo ready; while :; do sleep 0.05; done',
      { interruptSignal: 'SIGINT' },
    );
    expect(result).toMatchObject({ code: 7, cancelled: true });
    expect(result.tail).toContain('cleaned up');
  });

  it('kills a child that ignores the interrupt once the grace is over', async () => {
    const { result } = await cancelWhenReady('trap "" INT; echo ready; while :; do sleep 0.05; done', {
      interruptSignal: 'SIGINT',
      grace_ms: 300,
    });
    expect(result).toMatchObject({ code: null, signal: 'SIGKILL', cancelled: true });
    expect(result.wall_ms).toBeGreaterThanOrEqual(300);
  });

  it('leaves no grandchild behind on cancellation, even one that ignores the interrupt', async () => {
    const { result, pids } = await cancelWhenReady(
      `sh -c 'trap "" TERM; while :; do sleep 0.05; done' & echo ready $!; wait`,
      { grace_ms: 300 },
    );
    expect(result.cancelled).toBe(true);
    expect(pids.map(isRunning)).toEqual([false]);
  });

  it('ends grandchildren that outlive their parent', async () => {
    const lines: string[] = [];
    const result = await runChildProcess(
      shell('sleep 60 >/dev/null 2>&1 & echo $!; exit 0', { onLine: (line) => lines.push(line) }),
    );
    expect(result).toMatchObject({ code: 0, cancelled: false });
    expect(isRunning(Number(lines[0]))).toBe(false);
  });

  it('finds a grandchild that opened a process group of its own', async () => {
    const script = 'set -m; sleep 60 & echo ready $!; wait';
    const { pids } = await cancelWhenReady(script, { grace_ms: 300 });
    expect(pids.map(isRunning)).toEqual([false]);
  });

  it('starts nothing when it is already cancelled', async () => {
    const result = await runChildProcess(shell('echo never', { signal: AbortSignal.abort() }));
    expect(result).toMatchObject({ cancelled: true, tail: '' });
  });
});
