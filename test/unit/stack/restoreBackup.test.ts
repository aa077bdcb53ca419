import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Config } from '../../../settings/config';
import { makeBackup } from '../../../stack/backup/makeBackup';
import { restoreBackup, type RestoreReport } from '../../../stack/backup/restoreBackup';
import { homeFolder } from '../../../settings/homeFolder';
import { startServices, startStack } from '../../../stack/startStack';
import { processRecord } from '../../../stack/processes';
import { configOf, fillHome, leaveLock, OWN_TEMPORAL } from './support/backupHome';
import { startFakeStore, type FakeStore } from './support/fakeStore';

/** The store is there already (fakeStore.ts); what a start would find in the home is looked at instead. */
jest.mock('../../../stack/startStack', () => ({
  ...jest.requireActual<object>('../../../stack/startStack'),
  startServices: jest.fn(),
}));

const STORES = ['nessie/store/CURRENT', 'kafka/data/nem-0/0.log', `temporal/temporal-${OWN_TEMPORAL}.db`];
const silent = { changed: () => undefined, waiting: () => undefined };

let folder: string;
let store: FakeStore;
let config: Config;
let from: string;
let instant: string;
beforeEach(async () => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'currents-restore-'));
  store = await startFakeStore();
  config = configOf(folder, 'again', store.port);
  store.objects.set(`${config.LAKE_BUCKET}/a`, 'one');
  await backUp(STORES);
});
afterEach(async () => {
  jest.mocked(startServices).mockReset();
  await store.close();
  fs.rmSync(folder, { recursive: true });
});

async function backUp(files: string[]): Promise<void> {
  const source = configOf(folder, 'home', store.port);
  fs.rmSync(source.home, { recursive: true, force: true });
  fillHome(source.home, files);
  from = path.join(folder, 'backups');
  ({ instant } = await makeBackup(source, from));
}

const restore = (into = config): Promise<RestoreReport> => restoreBackup(into, from, instant, silent);
const entries = (): string[] => fs.readdirSync(config.home).sort();

describe('a restore', () => {
  test('marks the home while it fills it, so that no stack starts there, and removes the mark at the end', async () => {
    store.objects.clear();
    const refused: unknown[] = [];
    jest.mocked(startServices).mockImplementation(async () => {
      refused.push(entries(), await startStack(config, ['s3'], silent).catch((error: unknown) => error));
      return undefined as never;
    });
    expect(await restore()).toMatchObject({ instant, files: 3, objects: 1 });
    expect(refused).toEqual([
      ['kafka', 'nessie', 'restoring', 'temporal'],
      expect.objectContaining({
        code: 'HOME_RESTORING',
        hint: expect.stringMatching(/currents restore <folder>/),
      }),
    ]);
    expect(entries()).toEqual(['kafka', 'nessie', 'temporal']);
    expect(store.objects).toEqual(new Map([[`${config.LAKE_BUCKET}/a`, 'one']]));
  });

  test('starts again in a home with an interrupted restore', async () => {
    leaveLock(homeFolder.restoring(config.home), os.hostname());
    fillHome(config.home, ['s3/half', 'kafka/data/half']);
    await restore();
    expect(entries()).toEqual(['kafka', 'nessie', 'temporal']);
    expect(fs.readdirSync(path.join(config.home, 'kafka', 'data'))).toEqual(['nem-0']);
  });

  test('keeps away from a home that another one is filling', async () => {
    const mark = homeFolder.restoring(config.home);
    leaveLock(mark, os.hostname());
    fs.writeFileSync(
      mark,
      fs.readFileSync(mark, 'utf8').replace('before the boot', processRecord(process.pid)!.startedAt),
    );
    fillHome(config.home, ['s3/half']);
    await expect(restore()).rejects.toMatchObject({
      code: 'HOME_RESTORING',
      message: expect.stringMatching(/by process \d+ on .* that has not ended/),
    });
    expect(entries()).toEqual(['restoring', 's3']);
  });

  test('keeps away from data that no restore has marked as its own', async () => {
    fillHome(config.home, ['s3/whole']);
    await expect(restore()).rejects.toMatchObject({ code: 'HOME_NOT_EMPTY' });
    expect(entries()).toEqual(['s3']);
  });

  test('leaves an empty home when it fails', async () => {
    jest.mocked(startServices).mockRejectedValue(new Error('no memory'));
    await expect(restore()).rejects.toThrow('no memory');
    expect(entries()).toEqual([]);
  });

  test("writes into no store but the stack's own", async () => {
    const elsewhere = configOf(folder, 'again', store.port, { S3_ENDPOINT: 'https://s3.example.com' });
    await expect(restore(elsewhere)).rejects.toMatchObject({
      code: 'RESTORE_S3_ELSEWHERE',
      hint: expect.stringMatching(/S3_ENDPOINT unset/),
    });
    expect(fs.existsSync(config.home)).toBe(false);
    await restore(configOf(folder, 'again', store.port, { S3_ENDPOINT: `http://127.0.0.1:${store.port}/` }));
  });

  test('is refused where another Temporal would be started than the one that wrote the database', async () => {
    await backUp(['temporal/temporal-9.8.0.db']);
    await expect(restore()).rejects.toThrow(/expected files of temporal 9\.9\.0, found 9\.8\.0/);
    const manifest = path.join(from, instant, 'manifest.json');
    fs.writeFileSync(
      manifest,
      fs.readFileSync(manifest, 'utf8').replace('"temporal":"9.8.0"', `"temporal":"${OWN_TEMPORAL}"`),
    );
    await expect(restore()).rejects.toThrow(/expected files of temporal 9\.9\.0, found 9\.8\.0/);
  });
});
