import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { newestDatabase, requireDatabaseOf } from '../../../stack/services/temporalDatabase';
import { startStack } from '../../../stack/startStack';
import { configOf, fillHome, leaveLock, OWN_TEMPORAL } from './support/backupHome';

let folder: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'currents-start-'));
});
afterEach(() => fs.rmSync(folder, { recursive: true }));

const silent = { changed: () => undefined, waiting: () => undefined };

describe('a stack is not started', () => {
  test('in a home that a restore has not filled', async () => {
    const config = configOf(folder, 'home', 29_408);
    leaveLock(path.join(config.home, 'restoring'), 'elsewhere');
    await expect(startStack(config, ['kafka'], silent)).rejects.toMatchObject({ code: 'HOME_RESTORING' });
  });

  test('with an empty Temporal beside the database of another version', async () => {
    const config = configOf(folder, 'home', 29_408);
    fillHome(config.home, ['temporal/temporal-9.8.0.db']);
    await expect(startStack(config, ['temporal'], silent)).rejects.toMatchObject({
      code: 'TEMPORAL_DATABASE',
      message: expect.stringMatching(/temporal-9\.9\.0\.db .* found temporal-9\.8\.0\.db/),
      hint: expect.stringMatching(/CURRENTS_TEMPORAL_CLI=.*temporal 9\.8\.0.* currents schedules apply/s),
    });
  });
});

describe('the database of Temporal', () => {
  test('may be absent, or stand beside older ones', () => {
    expect(() => requireDatabaseOf(OWN_TEMPORAL, path.join(folder, 'nothing'))).not.toThrow();
    fillHome(folder, ['temporal-9.8.0.db', 'temporal-9.8.0.db-wal', `temporal-${OWN_TEMPORAL}.db`]);
    expect(() => requireDatabaseOf(OWN_TEMPORAL, folder)).not.toThrow();
  });

  test('is the one whose files were written last, not the one of the highest version', () => {
    fillHome(folder, ['temporal-9.8.0.db', `temporal-${OWN_TEMPORAL}.db`, 'temporal-9.8.0.db-wal', 'other']);
    expect(newestDatabase(folder)).toEqual({
      version: '9.8.0',
      files: ['temporal-9.8.0.db', 'temporal-9.8.0.db-wal'],
    });
    expect(() => requireDatabaseOf(OWN_TEMPORAL, folder)).toThrow(/found temporal-9\.8\.0\.db/);
  });
});
