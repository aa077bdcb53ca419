import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { endGroup, processRecord, type ProcessRecord } from '../../../../stack/processes';

export interface Writer {
  record: ProcessRecord;
  /** Bytes written so far. */
  count(): number;
  untilWriting(): Promise<void>;
  end(): Promise<void>;
}

/** A process, with a child that does the same, that writes into the folder all the time. */
export async function startWriter(folder: string): Promise<Writer> {
  const ticks = path.join(folder, 'ticks');
  fs.writeFileSync(ticks, '');
  const count = (): number => fs.statSync(ticks).size;
  const untilWriting = async (): Promise<void> => {
    const before = count();
    while (count() <= before + 4) await pause(10);
  };
  const loop = `while :; do printf x >> '${ticks}'; sleep 0.01; done`;
  const child = spawn('sh', ['-c', `(${loop}) & ${loop}`], { detached: true, stdio: 'ignore' });
  await untilWriting();
  const record = processRecord(child.pid!)!;
  return { record, count, untilWriting, end: () => endGroup(record, 100) };
}
