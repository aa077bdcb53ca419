import fs from 'node:fs';
import path from 'node:path';
import { readConfig, type Config } from '../../../../settings/config';
import { DEFAULT_PORT_BASE, portsFrom } from '../../../../settings/ports';

/** What the fake `temporal` of these tests says it is. */
export const OWN_TEMPORAL = '9.9.0';

/** Settings of a stack in `folder/<name>`, with a `temporal` of its own and the S3 port given. */
export function configOf(
  folder: string,
  name: string,
  s3Port: number,
  more: Record<string, string> = {},
): Config {
  const cli = path.join(folder, 'temporal');
  fs.writeFileSync(cli, `#!/bin/sh\necho temporal version ${OWN_TEMPORAL}\n`, { mode: 0o755 });
  const base = s3Port - (portsFrom(DEFAULT_PORT_BASE).s3 - DEFAULT_PORT_BASE);
  return readConfig({
    CURRENTS_HOME: path.join(folder, name),
    CURRENTS_PORT_BASE: String(base),
    CURRENTS_TEMPORAL_CLI: cli,
    ...more,
  });
}

/** Files of a home folder, each holding its own name; one named later was written later. */
export function fillHome(home: string, files: string[]): void {
  for (const [index, file] of files.entries()) {
    fs.mkdirSync(path.join(home, path.dirname(file)), { recursive: true });
    fs.writeFileSync(path.join(home, file), file);
    fs.utimesSync(path.join(home, file), 1_000_000 + index, 1_000_000 + index);
  }
}

/** A lock file as a process that is gone has left it. */
export function leaveLock(file: string, host: string): void {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(
    file,
    JSON.stringify({
      id: 'c0d3a5f2-6d1c-4f5e-8a57-2f3f1b6f0a11',
      pid: process.pid,
      startedAt: 'before the boot',
      host,
      since: '2026-11-21T10:00:00.000Z',
    }),
  );
}
