import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { dbtEnvironment, type DbtBuildRequest } from '../../../../clients/dbt/dbtCommand';
import { projectStamp } from '../../../../clients/dbt/projectStamp';

describe('the stamp of a parsed project', () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'currents-dbt-stamp-'));
  const model = path.join(folder, 'models', 'a.sql');
  beforeAll(() => {
    fs.mkdirSync(path.dirname(model));
    fs.writeFileSync(model, 'select 1');
  });
  afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

  const request: DbtBuildRequest = {
    runKey: 'nem/1',
    catalog: 'slot_1',
    trinoUrl: 'http://127.0.0.1:1',
    targetDir: '/t',
    cacheDir: '/c',
    tables: ['nem.a'],
  };
  const stampOf = (other: Partial<DbtBuildRequest> = {}): string =>
    projectStamp(folder, dbtEnvironment({ ...request, ...other }));

  it('is the same for every run on a slot', () => {
    const changed = [{ from: '2025-12-27T00:05:00Z', to: '2025-12-27T00:10:00Z' }];
    expect(stampOf({ runKey: 'nem/2', changed, tables: ['nem.b'] })).toBe(stampOf());
  });

  it('is another on another catalog, and after each change of a file', () => {
    const before = stampOf();
    expect(stampOf({ catalog: 'slot_2' })).not.toBe(before);
    fs.writeFileSync(model, 'select 2, 3');
    const changed = stampOf();
    expect(changed).not.toBe(before);
    fs.utimesSync(model, 1, 1);
    expect(stampOf()).not.toBe(changed);
    fs.writeFileSync(path.join(folder, 'models', 'b.sql'), 'select 4');
    expect(stampOf()).not.toBe(changed);
  });
});
