import { spawn, type ChildProcess } from 'node:child_process';
import { endGroup, groupMembers, isAlive, processRecord } from '../../../stack/processes';

/** A shell that starts a child of its own and ignores SIGTERM when told to. */
function startGroup(script: string): ChildProcess {
  return spawn('bash', ['-c', script], { detached: true, stdio: ['ignore', 'pipe', 'ignore'] });
}

async function announced(child: ChildProcess): Promise<void> {
  await new Promise((resolve) => {
    child.stdout!.once('data', resolve);
  });
}

describe('a recorded process', () => {
  test('is alive while it runs and gone after it', async () => {
    const child = startGroup('echo up; sleep 60');
    await announced(child);
    const record = processRecord(child.pid!)!;
    expect(isAlive(record)).toBe(true);
    await endGroup(record, 2_000);
    expect(isAlive(record)).toBe(false);
  });

  test('is not mistaken for a stranger that has its id, who is left alone', async () => {
    const stranger = startGroup('echo up; sleep 60');
    await announced(stranger);
    const record = processRecord(stranger.pid!)!;
    const old = { pid: record.pid, startedAt: `${record.startedAt}1` };
    expect(isAlive(old)).toBe(false);
    await endGroup(old, 100);
    expect(isAlive(record)).toBe(true);
    await endGroup(record, 2_000);
  });

  test('ends with its children, by force after the grace when it ignores the request', async () => {
    const child = startGroup('trap "" TERM; sleep 60 & sleep 60 & echo up; wait; wait; wait');
    await announced(child);
    expect(groupMembers(child.pid!)).toHaveLength(3);
    await endGroup(processRecord(child.pid!)!, 300);
    expect(groupMembers(child.pid!)).toHaveLength(0);
  });

  test('has children that are ended although it is dead itself', async () => {
    const child = startGroup('sleep 60 & echo up; wait');
    await announced(child);
    const record = processRecord(child.pid!)!;
    process.kill(child.pid!, 'SIGKILL');
    await new Promise((resolve) => {
      child.once('exit', resolve);
    });
    expect(groupMembers(child.pid!)).toHaveLength(1);
    await endGroup(record, 1_000);
    expect(groupMembers(child.pid!)).toHaveLength(0);
  });
});
