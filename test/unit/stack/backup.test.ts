import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {
  BACKUP_FORMAT,
  instantsOf,
  openInstant,
  readManifest,
  type BackupManifest,
} from '../../../stack/backup/manifest';
import { unlimited } from '../../../stack/backup/freeze';
import { newestInstant } from '../../../stack/backup/makeBackup';
import { dropUnlisted } from '../../../stack/backup/objects';
import { copyStores, describeFiles, placeStores } from '../../../stack/backup/stores';

let folder: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'currents-backup-'));
});
afterEach(() => fs.rmSync(folder, { recursive: true }));

const manifest = (made_at: string, more: Partial<BackupManifest> = {}): BackupManifest => ({
  format: BACKUP_FORMAT,
  made_at,
  frozen_ms: 1,
  versions: {},
  files: [],
  objects: {},
  ...more,
});

function home(): string {
  const made = path.join(folder, 'home');
  for (const file of [
    'nessie/store/CURRENT',
    'nessie/application.properties',
    'kafka/data/nem-0/0.log',
    'kafka/data/nem-0/0.index',
    'kafka/data/nem-0/0.timeindex',
    'temporal/temporal-1.db',
    'temporal/temporal-1.db-wal',
    'registry/data/registry.mv.db',
    'logs/kafka.log',
  ]) {
    fs.mkdirSync(path.join(made, path.dirname(file)), { recursive: true });
    fs.writeFileSync(path.join(made, file), file);
  }
  return made;
}

describe('a backup folder', () => {
  test('knows an instant only once its manifest is there', () => {
    const first = openInstant(folder);
    expect(instantsOf(folder)).toEqual([]);
    expect(() => newestInstant(folder)).toThrow(/expected a complete backup, found none/);
    first.close(manifest('2026-11-21T10:00:00.001Z'));
    openInstant(folder).close(manifest('2026-11-21T11:00:00.000Z'));
    expect(instantsOf(folder)).toEqual(['20261121T100000001Z', '20261121T110000000Z']);
    expect(newestInstant(folder)).toBe('20261121T110000000Z');
  });

  test('refuses a manifest of another format', () => {
    const instant = openInstant(folder).close({ ...manifest('2026-11-21T10:00:00.001Z'), format: 2 as 1 });
    expect(() => readManifest(folder, instant)).toThrow(/expected a manifest of format 1/);
  });

  test('drops the copies of objects that no instant needs any more', () => {
    const place = path.join(folder, 'objects', 'lake', 'a');
    fs.mkdirSync(place, { recursive: true });
    for (const name of ['kept~1', 'kept~1.metadata', 'kept~2', 'gone~3'])
      fs.writeFileSync(path.join(place, name), '');
    expect(dropUnlisted(folder, [new Map([['lake', [{ key: 'a/kept', bytes: 0, etag: '1' }]]])])).toBe(2);
    expect(fs.readdirSync(place).sort()).toEqual(['kept~1', 'kept~1.metadata']);
  });
});

describe('the stores', () => {
  test('are what services remember, not what they are told at each start', async () => {
    const files = await copyStores(home(), path.join(folder, 'copy'), unlimited());
    expect(files.sort()).toEqual([
      'kafka/data/nem-0/0.log',
      'nessie/store/CURRENT',
      'registry/data/registry.mv.db',
      'temporal/temporal-1.db',
      'temporal/temporal-1.db-wal',
    ]);
  });

  test('are refused when one of them is not what was copied', async () => {
    const copy = path.join(folder, 'copy');
    const files = await copyStores(home(), copy, unlimited());
    const described = manifest('2026-11-21T10:00:00.001Z', { files: await describeFiles(copy, files) });
    fs.writeFileSync(path.join(copy, 'kafka/data/nem-0/0.log'), 'rotten');
    const target = path.join(folder, 'again');
    await expect(placeStores(copy, described, target)).rejects.toThrow(/0\.log: expected SHA-256/);
    expect(fs.existsSync(target)).toBe(false);
  });

  test('are not copied beyond the time that their writers may stand still', async () => {
    const steps: string[] = [];
    const enter = (step: string): void => {
      if (steps.push(step) === 2) throw new Error(`over at ${step}`);
    };
    await expect(copyStores(home(), path.join(folder, 'copy'), { ...unlimited(), enter })).rejects.toThrow(
      'over at kafka/data/nem-0/0.log',
    );
    expect(fs.readdirSync(path.join(folder, 'copy'))).toEqual(['nessie']);
  });
});
