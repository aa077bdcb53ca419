import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Replay } from '../../../core/producer';
import { contractsIn } from '../../../pipelines/contractFiles';
import { replayFiles } from '../../../pipelines/iot/replay/replayFiles';
import { repositoryRoot } from '../../../settings/repositoryRoot';
import { itRealSensors, SENSOR_FILES } from '../../realData';

const START_MS = Date.UTC(2026, 10, 24, 9);
const DAY_MS = 86_400_000;
const [contract] = contractsIn(path.join(repositoryRoot(), 'pipelines', 'iot'));

function replayOf(files: Record<string, string | Uint8Array>): Replay {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'replay-'));
  for (const [name, content] of Object.entries(files)) {
    fs.mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    fs.writeFileSync(path.join(folder, name), content);
  }
  const replay = replayFiles(folder, START_MS);
  fs.rmSync(folder, { recursive: true });
  return replay;
}

const fieldsOf = ({ records }: Replay): Record<string, unknown>[] =>
  [...records].map(({ value }) => JSON.parse(value) as Record<string, unknown>);

describe('real sensor files as telemetry', () => {
  it('are one device each, not simulated, with the weekday and the time of the day kept', () => {
    const replay = replayOf({
      'lab/room.csv':
        '"date","Temperature","Humidity","Light"\r\n"2015-02-02 14:19:00",23.7,26.272,585.2\r\n',
    });
    expect(replay.files).toEqual([{ file: 'lab/room.csv', records: 1, left_out: null }]);
    const [record] = [...replay.records];
    expect(record).toMatchObject({
      topic: 'iot-telemetry',
      key: 'lab-room',
      kind: 'replayed',
      deadLetter: null,
    });
    expect(record!.headers).toEqual({ 'currents.replayed-from': 'lab/room.csv' });
    const fields = JSON.parse(record!.value) as Record<string, unknown>;
    expect(fields).toEqual({
      device_id: 'lab-room',
      device_type: 'environment_sensor',
      building_id: 'lab',
      floor: 0,
      zone: 'room',
      event_at: '2026-11-23T14:19:00.000Z',
      sequence: 0,
      temperature_c: 23.7,
      humidity_percent: 26.272,
      is_simulated: false,
    });
    expect(new Date(String(fields['event_at'])).getUTCDay()).toBe(new Date('2015-02-02').getUTCDay());
  });

  it('send side by side in the order of their times', () => {
    const replay = replayOf({
      'a.csv': 'timestamp,value\n2014-07-01 00:00:00,1\n2014-07-01 00:30:00,2\n',
      'b.csv': 'timestamp,value\n2014-07-01 00:10:00,3\n2014-07-01 00:40:00,4\n',
    });
    expect(
      fieldsOf(replay).map(({ device_id, reading, quantity }) => [device_id, reading, quantity]),
    ).toEqual([
      ['a', 1, 'a'],
      ['b', 3, 'b'],
      ['a', 2, 'a'],
      ['b', 4, 'b'],
    ]);
  });

  it('fill the column that their names speak of', () => {
    const replay = replayOf({
      'machine_temperature.csv': 'timestamp,value\n2014-07-01 00:00:00,71.5\n',
      'city.csv':
        'No,year,month,day,hour,pm2.5,DEWP,TEMP,PRES\n1,2010,1,2,3,129,-16,-4,1020\n2,2010,1,2,4,,-16,-4,NA\n',
    });
    expect(fieldsOf(replay)).toMatchObject(
      [
        { device_id: 'machine_temperature', temperature_c: 71.5, device_type: 'environment_sensor' },
        { device_id: 'city', temperature_c: -4, pressure_hpa: 1020, reading: 129, quantity: 'pm2.5' },
        { device_id: 'city', sequence: 1, temperature_c: -4, device_type: 'environment_sensor' },
      ]
        .sort((a, b) => (a.device_id < b.device_id ? -1 : 1))
        .map((each) => expect.objectContaining(each) as unknown),
    );
  });

  it('leave out, and say so, what the contract would reject as too old or cannot be read', () => {
    const days = Array.from({ length: 40 }, (_, day) =>
      new Date(Date.UTC(2014, 6, 1) + day * DAY_MS).toISOString(),
    );
    const replay = replayOf({
      'long.csv': ['timestamp,value', ...days.map((at) => `${at.slice(0, 19).replace('T', ' ')},1`)].join(
        '\n',
      ),
      'meta.csv': 'uid,sqft\rOffice_1,100\r',
      'words.csv': 'timestamp,value\nyesterday,1\n2014-07-01 00:00:00,warm\n',
      'old.csv': Buffer.from('timestamp,temp\xe9rature,value\n2014-07-01 00:00:00,2,3\n', 'latin1'),
      'notes.md': '# nothing',
    });
    const said = Object.fromEntries(replay.files.map(({ file, left_out }) => [file, left_out]));
    expect(said).toEqual({
      'long.csv': expect.stringMatching(
        /^left out 1\d rows more than 29 days before the newest ones$/,
      ) as string,
      'meta.csv': 'no time among uid, sqft',
      'words.csv': 'no row with a time and a number',
      'old.csv': null,
    });
    const ages = fieldsOf(replay).map(({ event_at }) => START_MS - Date.parse(String(event_at)));
    expect(Math.min(...ages)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...ages)).toBeLessThan(29 * DAY_MS);
  });

  itRealSensors('of all kinds fit the contract', () => {
    const replay = replayFiles(SENSOR_FILES, START_MS);
    const sent = replay.files.filter(({ records }) => records > 0);
    expect(sent.length).toBe(35);
    expect(replay.files.filter(({ records }) => records === 0).map(({ file }) => file)).toEqual([
      'bdg1/meta_open.csv',
    ]);
    const fields = fieldsOf(replay);
    expect(fields.length).toBe(sent.reduce((total, { records }) => total + records, 0));
    expect(fields.length).toBeGreaterThan(100_000);
    for (const { name, required, minimum, maximum } of contract!.columns) {
      const isOutside = (value: unknown) =>
        value === undefined
          ? required
          : Number(value) < (minimum ?? -Infinity) || Number(value) > (maximum ?? Infinity);
      expect([name, fields.filter((each) => isOutside(each[name])).length]).toEqual([name, 0]);
    }
  });
});
