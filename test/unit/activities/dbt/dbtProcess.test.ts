import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { groupMembers } from '../../../../stack/processes';
import { endLeftDbt, noteDbt, runningDbt } from '../../../../clients/dbt/dbtProcess';

describe('a dbt that its worker left behind', () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'currents-dbt-process-'));
  afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

  it('is ended with all it started before the next one begins', async () => {
    const left = spawn('/bin/sh', ['-c', "trap '' TERM; sleep 60 & echo up; wait; sleep 60"], {
      detached: true,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    // A signal that comes before the trap is set would end it.
    await new Promise((resolve) => {
      left.stdout.once('data', resolve);
    });
    const ended = new Promise((resolve) => left.once('exit', (_code, signal) => resolve(signal)));
    noteDbt(folder, 'slot_1', left.pid!);
    expect(runningDbt(folder)).toEqual([left.pid]);
    expect(await endLeftDbt(folder, 'slot_1')).toBe(true);
    expect(await ended).toBe('SIGKILL');
    expect(runningDbt(folder)).toEqual([]);
    expect(groupMembers(left.pid!)).toEqual([]);
    expect(await endLeftDbt(folder, 'slot_1')).toBe(false);
  });

  it('is not looked for in another slot, nor by a truncated note', async () => {
    fs.writeFileSync(path.join(folder, 'running-slot_3.json'), '{"pid":');
    expect(await endLeftDbt(folder, 'slot_2')).toBe(false);
    expect(await endLeftDbt(folder, 'slot_3')).toBe(false);
  });
});
