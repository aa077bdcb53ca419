import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Config } from '../../../core/config';
import { makeBackup } from '../../../stack/backup/makeBackup';
import { instantsOf, readManifest } from '../../../stack/backup/manifest';
import { configOf, fillHome, leaveLock, OWN_TEMPORAL } from './support/backupHome';
import { startFakeStore, type FakeStore } from './support/fakeStore';

let folder: string;
let store: FakeStore;
let config: Config;
let into: string;
beforeEach(async () => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'currents-make-backup-'));
  store = await startFakeStore();
  config = configOf(folder, 'home', store.port);
  into = path.join(folder, 'backups');
  store.objects.set(`${config.LAKE_BUCKET}/a`, 'one');
  fillHome(config.home, ['nessie/store/CURRENT', 'kafka/data/nem-0/0.log', 'temporal/temporal-9.8.0.db', `temporal/temporal-${OWN_TEMPORAL}.db`]);
});
afterEach(async () => {
  await store.close();
  fs.rmSync(folder, { recursive: true });
});

const copyOfA = (): string => {
  const place = path.join(into, 'objects', config.LAKE_BUCKET);
  return path.join(place, fs.readdirSync(place).find((name) => name.startsWith('a~'))!);
};

describe('a backup', () => {
  test('is refused while another one is made into the folder, and does not disturb that one', async () => {
    let goOn = (): void => undefined;
    const asked = new Promise<void>((reached) => {
      store.onGet = () => new Promise((resolve) => { goOn = resolve; reached(); });
    });
    const first = makeBackup(config, into);
    await asked;
    await expect(makeBackup(config, into, 1)).rejects.toMatchObject({ code: 'BACKUP_RUNNING', message: expect.stringMatching(/\.lock: .* found one by process \d+ on /) });
    goOn();
    const { instant } = await first;
    expect(fs.readdirSync(into).sort()).toEqual([instant, 'objects']);
  });

  test('takes over from one that was killed, and removes what that one had half done', async () => {
    leaveLock(path.join(into, '.lock'), os.hostname());
    fillHome(into, ['.partial-1/nessie/store/CURRENT']);
    const { instant } = await makeBackup(config, into);
    expect(fs.readdirSync(into).sort()).toEqual([instant, 'objects']);
  });

  test('is not called complete when a copy it counts on is gone by the end', async () => {
    const { instant } = await makeBackup(config, into);
    store.objects.set(`${config.LAKE_BUCKET}/b`, 'two');
    store.onGet = () => fs.rmSync(copyOfA());
    await expect(makeBackup(config, into)).rejects.toMatchObject({ code: 'BACKUP_INCOMPLETE', details: { missing: [`${config.LAKE_BUCKET}/a`] } });
    expect(instantsOf(into)).toEqual([instant]);
  });

  test('copies an object again whose copy was cut short', async () => {
    await makeBackup(config, into);
    fs.writeFileSync(copyOfA(), '');
    expect((await makeBackup(config, into)).copied).toBe(1);
    expect(fs.readFileSync(copyOfA(), 'utf8')).toBe('one');
  });

  test('has the database that Temporal wrote last, and the version that wrote it', async () => {
    const { versions, files } = readManifest(into, (await makeBackup(config, into)).instant);
    expect([versions.temporal, files.map((file) => file.path).filter((file) => file.startsWith('temporal/'))]).toEqual([OWN_TEMPORAL, [`temporal/temporal-${OWN_TEMPORAL}.db`]]);
    fs.utimesSync(path.join(config.home, 'temporal', 'temporal-9.8.0.db'), new Date(), new Date());
    expect(readManifest(into, (await makeBackup(config, into)).instant).versions.temporal).toBe('9.8.0');
  });

  test('without a database has the version of the CLI found, not the pinned one', async () => {
    fs.rmSync(path.join(config.home, 'temporal'), { recursive: true });
    expect(readManifest(into, (await makeBackup(config, into)).instant).versions.temporal).toBe(OWN_TEMPORAL);
  });
});
