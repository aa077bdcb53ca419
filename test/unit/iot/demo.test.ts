import type { DemoRow } from '../../../core/demo';
import { demo } from '../../../pipelines/iot/demo/demo';
import { differencesOf } from '../../../pipelines/iot/demo/differences';
import { plantedRows } from '../../../pipelines/iot/demo/planted';
import { codeOfAny } from '../../../pipelines/registry';

const sent = {
  records: 100,
  rows_expected: 90,
  kinds: { valid: 80, twice: 4 },
  dead_letters_expected: { malformed_json: 6, building_id_missing: 4 },
};
const layers: DemoRow[] = [
  { table: 'iot.bronze_telemetry', rows: 90, records: 90 },
  { table: 'iot.silver_telemetry', rows: 86, records: 90 },
  { table: 'iot_gold.hourly_sensor_aggregates', rows: 60, records: 90 },
  { table: 'iot_gold.building_energy_dashboard', rows: 3, records: null },
  { table: 'iot_gold.device_health_summary', rows: 60, records: null },
];
const deadLetters: DemoRow[] = [
  { reason: 'building_id_missing', rows: 4 },
  { reason: 'malformed_json', rows: 6 },
];

describe('the demo of telemetry', () => {
  it('finds no difference where the lake has what was sent', () => {
    expect(differencesOf(sent, layers, deadLetters)).toEqual([]);
  });

  it.each([0, 1, 2, 4])('names a count of table %i that is not as sent', (index) => {
    const changed = layers.map((row, place) =>
      place === index ? { ...row, rows: Number(row.rows) - 1, records: Number(row.records) - 1 } : row,
    );
    expect(differencesOf(sent, changed, deadLetters)).not.toEqual([]);
    expect(differencesOf(sent, layers.toSpliced(index, 1), deadLetters).join()).toContain('found none');
  });

  it('names dead letters that are missing, and others', () => {
    expect(differencesOf(sent, layers, [{ reason: 'else', rows: 6 }, deadLetters[0]!])).toEqual([
      'dead letters else: expected 0, found 6',
      'dead letters malformed_json: expected 6, found 0',
    ]);
  });

  it('sets what was planted beside what was found', () => {
    const planted = plantedRows('mixed', 7, null);
    expect(planted).toHaveLength(7);
    expect(planted.slice(0, -1).map(({ found }) => found)).toEqual(Array(6).fill('no table yet'));
    const found = plantedRows('mixed', 7, [
      { device_id: planted[0]!.device_id!, kinds: 'stuck' },
      { device_id: 'SIM-B9', kinds: 'spike' },
    ]);
    expect(found[0]).toMatchObject({ found: 'stuck' });
    expect(found[1]).toMatchObject({ found: 'none' });
    expect(found.at(-1)).toMatchObject({ found: '1 with an anomaly' });
  });

  it('is there where the pipeline is not enabled, and of telemetry alone', async () => {
    expect(codeOfAny('iot').demo).toBeDefined();
    expect(() => codeOfAny('tyo')).toThrow(/expected one of iot, nem, found tyo/);
    await expect(demo.open({ live: true }, 1)).rejects.toMatchObject({ code: 'PIPELINE_CANNOT' });
  });
});
