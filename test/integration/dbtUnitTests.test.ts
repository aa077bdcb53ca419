import { execFile } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { readConfig } from '../../settings/config';
import { repositoryRoot } from '../../settings/repositoryRoot';

const run = promisify(execFile);
jest.setTimeout(300_000);

/**
 * dbt's own unit tests give each model rows and compare what it makes of them; they need Trino and no tables.
 */
test('every unit test of the dbt project passes on a real Trino', async () => {
  const target = fs.mkdtempSync(path.join(os.tmpdir(), 'currents-dbt-'));
  const project = path.join(repositoryRoot(), 'dbt');
  const env = {
    ...process.env,
    TRINO_PORT: new URL(readConfig().trinoUrl).port,
    TRINO_CATALOG: 'slot_1',
    DO_NOT_TRACK: '1',
  };
  const args = [
    '--no-use-colors',
    '--log-path',
    target,
    'test',
    '--select',
    'test_type:unit',
    'macros_hold_at_day_borders',
    'contract_columns_are_compared',
    'means_lie_between_what_they_average',
    'ranges_are_widened',
    '--project-dir',
    project,
    '--profiles-dir',
    project,
    '--target-path',
    target,
  ];
  try {
    const { stdout } = await run(path.join(repositoryRoot(), '.stack', 'venv', 'bin', 'dbt'), args, { env });
    expect(stdout).toMatch(/Done\. PASS=[1-9]\d* WARN=0 ERROR=0 SKIP=0/);
  } catch (error) {
    throw new Error((error as { stdout?: string }).stdout ?? String(error));
  } finally {
    fs.rmSync(target, { recursive: true, force: true });
  }
});
