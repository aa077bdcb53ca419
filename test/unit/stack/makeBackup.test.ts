import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Config } from '../../../settings/config';
import { makeBackup } from '../../../stack/backup/makeBackup';
import { instantsOf, readManifest } from '../../../stack/backup/manifest';
import { writeState } from '../../../stack/stateFile';
import { configOf, fillHome, leaveLock, OWN_TEMPORAL } from './support/backupHome';
import { startFakeStore, type FakeStore } from './support/fakeStore';
import { startWriter } from './support/writer';

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
  fillHome(config.home, [
    'nessie/store/CURRENT',
    'kafka/data/nem-0/0.log',
    'temporal/temporal-9.8.0.db',
    `temporal/temporal-${OWN_TEMPORAL}.db`,
  ]);
});
afterEach(async () => {
  jest.restoreAllMocks();
  await store.close();
  fs.rmSync(folder, { recursive: true });
});

const copyOfA = (): string => {
  const place = path.join(into, 'objects', config.LAKE_BUCKET);
  return path.join(
    place,
    fs.readdirSync(place).find((name) => name.startsWith('a~'))!,
  );
};

jest.setTimeout(20_000);
const never = (): Promise<void> => new Promise(() => undefined);

describe('a backup', () => {
  test('is refused while another one is made into the folder, and does not disturb that one', async () => {
    let goOn = (): void => undefined;
    const asked = new Promise<void>((reached) => {
      store.onGet = () =>
        new Promise((resolve) => {
          goOn = resolve;
          reached();
        });
    });
    const first = makeBackup(config, into);
    await asked;
    await expect(makeBackup(config, into, 1)).rejects.toMatchObject({
      code: 'BACKUP_RUNNING',
      message: expect.stringMatching(/\.lock: .* found one by process \d+ on /),
    });
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
    await expect(makeBackup(config, into)).rejects.toMatchObject({
      code: 'BACKUP_INCOMPLETE',
      details: { missing: [`${config.LAKE_BUCKET}/a`] },
    });
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
    expect([
      versions.temporal,
      files.map((file) => file.path).filter((file) => file.startsWith('temporal/')),
    ]).toEqual([OWN_TEMPORAL, [`temporal/temporal-${OWN_TEMPORAL}.db`]]);
    fs.utimesSync(path.join(config.home, 'temporal', 'temporal-9.8.0.db'), new Date(), new Date());
    expect(readManifest(into, (await makeBackup(config, into)).instant).versions.temporal).toBe('9.8.0');
  });

  test('without a database has the version of the CLI found, not the pinned one', async () => {
    fs.rmSync(path.join(config.home, 'temporal'), { recursive: true });
    expect(readManifest(into, (await makeBackup(config, into)).instant).versions.temporal).toBe(OWN_TEMPORAL);
  });
});

describe('a backup of objects that change meanwhile', () => {
  const onceGone = (gone: string): void => {
    store.onGet = (name) => void (name === gone && store.objects.delete(name));
  };

  test.each([
    'warehouse/nem/data.parquet',
    'landing/nem/scada.zip',
    'receipts/nem/scada.json',
    'metadata/nem/units.ndjson',
    'dead-letters/1.json',
  ])('is refused when %s is gone before it is copied', async (key) => {
    store.objects.set(`${config.LAKE_BUCKET}/${key}`, 'two');
    onceGone(`${config.LAKE_BUCKET}/${key}`);
    await expect(makeBackup(config, into)).rejects.toMatchObject({
      code: 'BACKUP_OBJECTS_GONE',
      details: { gone: [`${config.LAKE_BUCKET}/${key}`] },
    });
    expect(fs.readdirSync(into)).toEqual(['objects']);
    expect((await makeBackup(config, into)).copied).toBe(0);
  });

  test('is refused when an object is by then another', async () => {
    const name = `${config.NEM_BUCKET}/receipts/nem/scada.json`;
    store.objects.set(name, 'two');
    store.onGet = (asked) => void (asked === name && store.objects.set(name, 'three'));
    await expect(makeBackup(config, into)).rejects.toMatchObject({
      code: 'BACKUP_OBJECTS_GONE',
      details: { gone: [name] },
    });
  });

  test.each([
    'staged/nem/1/topic-1.ndjson.gz',
    'bulk/nem/1.json',
    'gates/nem/1/suite.json',
    'upkeep/nem/1.ndjson',
  ])('does without %s, which is temporary, and says so', async (key) => {
    store.objects.set(`${config.NEM_BUCKET}/${key}`, 'two');
    onceGone(`${config.NEM_BUCKET}/${key}`);
    const { instant, gone } = await makeBackup(config, into);
    expect(gone).toEqual([`${config.NEM_BUCKET}/${key}`]);
    expect(readManifest(into, instant).objects[config.NEM_BUCKET]).toEqual([]);
  });
});

describe('a backup from a store that does not answer', () => {
  const LIMIT_MS = 2_000;

  test.each([
    [
      'the list',
      'the lists of objects',
      () => {
        store.onList = never;
      },
    ],
    [
      'an object that is written again',
      'the objects that are written again',
      () => {
        store.objects.set(`${config.NEM_BUCKET}/announced/nem/2026-11-21.json`, 'two');
        store.onGet = never;
      },
    ],
  ])('lets the writers go on at the limit: %s', async (_, step, hang) => {
    hang();
    const writer = await startWriter(folder);
    writeState(config.home, { portBase: 0, supervisor: writer.record, services: { worker: writer.record } });
    try {
      await expect(makeBackup(config, into, undefined, LIMIT_MS)).rejects.toMatchObject({
        code: 'BACKUP_TOO_SLOW',
        message: expect.stringContaining(`at ${step}`),
      });
      await writer.untilWriting();
      expect(fs.readdirSync(into).filter((name) => name !== 'objects')).toEqual([]);
    } finally {
      await writer.end();
    }
  });

  test('has no limit when no process is stopped for it', async () => {
    store.onList = () =>
      new Promise((resolve) => {
        setTimeout(resolve, 50);
      });
    let shown_ms = Date.now();
    jest.spyOn(Date, 'now').mockImplementation(() => (shown_ms += 60_000));
    expect(await makeBackup(config, into, undefined, 1)).toMatchObject({ objects: 1, frozen_ms: 0 });
  });
});
