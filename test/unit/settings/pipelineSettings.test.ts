import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { readConfig } from '../../../settings/config';

describe('settings that a pipeline outside the repository declares', () => {
  let folder: string;
  beforeEach(() => (folder = fs.mkdtempSync(path.join(os.tmpdir(), 'settings-'))));
  afterEach(() => fs.rmSync(folder, { recursive: true }));

  function declare(settings: unknown, pipeline = 'iot'): void {
    fs.mkdirSync(path.join(folder, pipeline));
    const text = typeof settings === 'string' ? settings : JSON.stringify(settings);
    fs.writeFileSync(path.join(folder, pipeline, 'settings.json'), text);
  }

  function read(environment: NodeJS.ProcessEnv = {}): Record<string, unknown> {
    return { ...readConfig({ CURRENTS_PIPELINE_FOLDERS: folder, ...environment }) };
  }

  it('are read with the others, from text to their type', () => {
    declare({
      IOT_URL: { meaning: 'Where devices are', type: 'url', required: true },
      IOT_BATCH: { meaning: 'Records at once', type: 'integer', default: 500, min: 1 },
      IOT_LIVE: { meaning: 'Whether to follow', type: 'boolean', default: false },
      IOT_MODE: { meaning: 'How', choices: ['fast', 'safe'] },
    });
    const found = read({ IOT_URL: 'http://iot.test', IOT_LIVE: 'true' });
    expect(found).toMatchObject({ IOT_URL: 'http://iot.test', IOT_BATCH: 500, IOT_LIVE: true });
    expect(found.IOT_MODE).toBeUndefined();
  });

  it('tell every wrong value at once, beside those of our own', () => {
    declare({ IOT_URL: { meaning: 'a', required: true }, IOT_MODE: { meaning: 'b', choices: ['fast'] } });
    expect(() => read({ IOT_MODE: 'slow', SLOT_COUNT: '1' })).toThrow(
      /(?=[^]*IOT_URL)(?=[^]*IOT_MODE)(?=[^]*SLOT_COUNT)/,
    );
  });

  it.each([
    ['another name', { iotUrl: { meaning: 'a' } }, /settings\.json: [^]*iotUrl|upper-case/],
    ['a name of ours', { CURRENTS_X: { meaning: 'a' } }, /CURRENTS_X/],
    ['a name that is taken', { SLOT_COUNT: { meaning: 'a' } }, /SLOT_COUNT is declared twice/],
    ['no meaning', { IOT_A: {} }, /meaning/],
    [
      'a default that is none of its values',
      { IOT_A: { meaning: 'a', type: 'integer', default: 'x' } },
      /IOT_A/,
    ],
    ['text that is no JSON', '{', /expected JSON/],
  ])('are rejected with %s, in the same error as wrong values', (_, settings, message) => {
    declare(settings);
    expect(() => read({ LAKE_BUCKET: 'No' })).toThrow(message);
    expect(() => read({ LAKE_BUCKET: 'No' })).toThrow(/LAKE_BUCKET/);
  });

  it('count only where their pipeline is enabled', () => {
    declare({ IOT_URL: { meaning: 'a', required: true } });
    expect(read({ CURRENTS_PIPELINES: 'nem' })).not.toHaveProperty('IOT_URL');
    expect(() => read({ CURRENTS_PIPELINES: 'nem,iot' })).toThrow(/IOT_URL/);
  });
});
