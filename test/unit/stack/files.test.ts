import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { backoff_ms } from '../../../stack/backoff';
import { TemplateError } from '../../../stack/errors';
import { folderSize_bytes, humanSize } from '../../../stack/folderSize';
import { homeFolder } from '../../../settings/homeFolder';
import { logTail, markStart, newestLogTail, openLog } from '../../../stack/logFiles';
import { processRecord } from '../../../stack/processes';
import { fillIn, renderConfig } from '../../../stack/renderConfig';
import { isSupervised, readState, removeState, writeState } from '../../../stack/stateFile';

let home: string;
beforeEach(() => {
  home = fs.mkdtempSync(path.join(os.tmpdir(), 'currents-home-'));
});
afterEach(() => fs.rmSync(home, { recursive: true }));

describe('the state file', () => {
  const state = {
    portBase: 7230,
    supervisor: processRecord(process.pid)!,
    services: { kafka: { pid: 1, startedAt: '5' } },
  };

  test('gives back what was written, and nothing after it was removed', () => {
    writeState(home, state);
    expect(readState(home)).toEqual(state);
    removeState(home);
    expect(readState(home)).toBeUndefined();
  });

  test('knows a living supervisor from one whose id a stranger has by now', () => {
    expect(isSupervised(state)).toBe(true);
    expect(isSupervised({ ...state, supervisor: { pid: process.pid, startedAt: '1' } })).toBe(false);
  });
});

describe('logs', () => {
  test('end with the lines asked for', () => {
    fs.writeSync(openLog(home, 'kafka'), 'one\ntwo\nthree\n');
    expect(logTail(home, 'kafka', 2)).toBe('two\nthree');
  });

  test('are empty for a service that has never written', () => {
    expect(logTail(home, 'trino', 5)).toBe('');
  });

  test('show of a service that failed only what its newest process wrote', () => {
    const log = openLog(home, 's3');
    for (const line of ['of yesterday', 'of today']) {
      markStart(log);
      fs.writeSync(log, `${line}\n`);
    }
    expect(newestLogTail(home, 's3', 20)).toMatch(/^--- started by currents at .* ---\nof today$/);
  });

  test('are put aside when they have grown, and old ones thrown away', () => {
    const file = homeFolder.log(home, 's3');
    for (const round of [1, 2, 3, 4, 5]) {
      fs.closeSync(openLog(home, 's3'));
      fs.writeFileSync(file, Buffer.alloc(11 * 1024 * 1024, String(round)));
    }
    fs.closeSync(openLog(home, 's3'));
    expect(fs.readdirSync(path.dirname(file)).sort()).toEqual(['s3.log', 's3.log.1', 's3.log.2', 's3.log.3']);
    expect(fs.statSync(file).size).toBe(0);
    expect(fs.readFileSync(`${file}.1`, 'utf8').slice(0, 1)).toBe('5');
  });
});

describe('a configuration template', () => {
  test('has its names replaced and what belongs to the program itself left alone', () => {
    expect(fillIn('t', 'port=@PORT@ key=${ENV:KEY}', { PORT: 7231 })).toBe('port=7231 key=${ENV:KEY}');
  });

  test('is rejected when it names a value that is not given', () => {
    expect(() => fillIn('trino/config/x', 'a=@MISSING@', {})).toThrow(TemplateError);
    expect(() => fillIn('trino/config/x', 'a=@MISSING@', {})).toThrow(
      /trino\/config\/x: expected a value for @MISSING@/,
    );
  });
});

describe('a rendered configuration file', () => {
  const render = (template: string, value: string): string => {
    const file = path.join(home, 'rendered');
    renderConfig(template, { ACCESS_RULES: value, S3_ACCESS_KEY: value, S3_SECRET_KEY: '' }, file);
    return fs.readFileSync(file, 'utf8');
  };

  test('spells what Java would not read back from a properties file', () => {
    const text = render('trino/config/access-control.properties', '/Größe #1 100%\\x');
    expect(text).toContain('security.config-file=/Gr\\u00f6\\u00dfe #1 100%\\\\x\n');
  });

  test('stays JSON whatever a key holds', () => {
    const parsed = JSON.parse(render('stack/config/s3-identities.json', 'a"b\\c')) as {
      identities: { credentials: { accessKey: string }[] }[];
    };
    expect(parsed.identities[0]!.credentials[0]!.accessKey).toBe('a"b\\c');
  });
});

describe('sizes', () => {
  test('add up all files of a folder; what is not there has none', () => {
    fs.mkdirSync(path.join(home, 'a/b'), { recursive: true });
    fs.writeFileSync(path.join(home, 'a/b/c'), Buffer.alloc(1000));
    fs.writeFileSync(path.join(home, 'a/d'), Buffer.alloc(500));
    expect(folderSize_bytes(home)).toBe(1500);
    expect(folderSize_bytes(path.join(home, 'nothing'))).toBe(0);
  });

  test.each([
    [0, '0 bytes'],
    [999, '999 bytes'],
    [1_500, '1.5 kB'],
    [412_000_000, '412 MB'],
    [7_100_000_000, '7.1 GB'],
  ])('%d is shown as %s', (bytes, text) => {
    expect(humanSize(bytes)).toBe(text);
  });
});

test('the wait before another start doubles up to half a minute', () => {
  expect([1, 2, 3, 6, 50].map(backoff_ms)).toEqual([1_000, 2_000, 4_000, 30_000, 30_000]);
});
