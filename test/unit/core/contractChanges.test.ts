import fs from 'node:fs';
import path from 'node:path';
import { contractChanges } from '../../../core/contract/changes';
import { readContracts } from '../../../core/contract/readContracts';
import { repositoryRoot } from '../../../settings/repositoryRoot';

const telemetry = fs.readFileSync(
  path.join(repositoryRoot(), 'pipelines/iot/contracts/telemetry.yaml'),
  'utf8',
);
const read = (...texts: string[]) =>
  readContracts(
    'contracts',
    texts.map((content, index) => ({ file: `${index}.yaml`, content })),
  );
const changed = (from: string | RegExp, to: string): string => {
  const after = telemetry.replace(from, to);
  expect(after).not.toBe(telemetry);
  return after;
};
const newColumn = (required: boolean): string => `
      - name: co2_ppm
        description: Carbon dioxide
        logicalType: number
        physicalType: double
        required: ${required}
        customProperties:
          - {property: sourceColumn, value: co2_ppm}
          - {property: fieldNumber, value: 20}
`;
const with_ = (required: boolean): string => telemetry.trimEnd() + newColumn(required);

describe('what changed in contracts', () => {
  it('is nothing for the same ones, and for other words', () => {
    expect(contractChanges(read(telemetry), read(telemetry))).toEqual([]);
    expect(
      contractChanges(read(telemetry), read(changed('The building that it stands in', 'Building'))),
    ).toEqual([]);
  });

  it.each<[rule: string, column: string | null, breaks: boolean, before: string, after: string]>([
    ['column_added', 'co2_ppm', false, telemetry, with_(false)],
    ['required_column_added', 'co2_ppm', true, telemetry, with_(true)],
    ['column_removed', 'co2_ppm', true, with_(false), telemetry],
    ['column_required', 'co2_ppm', true, with_(false), with_(true)],
    ['column_optional', 'co2_ppm', false, with_(true), with_(false)],
    [
      'column_retyped',
      'power_factor',
      true,
      telemetry,
      changed(
        /(name: power_factor[\s\S]*?logicalType: )number\n( +physicalType: )double/,
        '$1integer\n$2bigint',
      ),
    ],
    [
      'source_column_renamed',
      'zone',
      true,
      telemetry,
      changed('sourceColumn, value: zone', 'sourceColumn, value: area'),
    ],
    ['field_number_changed', 'floor', true, telemetry, changed('Number, value: 6}', 'Number, value: 60}')],
    ['unit_changed', 'temperature_c', true, telemetry, changed('unit, value: °C', 'unit, value: K')],
    [
      'maximum_narrowed',
      'power_factor',
      true,
      telemetry,
      changed('{minimum: -1, maximum: 1}', '{minimum: -1, maximum: 0.99}'),
    ],
    [
      'maximum_widened',
      'power_factor',
      false,
      telemetry,
      changed('{minimum: -1, maximum: 1}', '{minimum: -1}'),
    ],
    [
      'minimum_narrowed',
      'power_factor',
      true,
      telemetry,
      changed('{minimum: -1, maximum: 1}', '{minimum: 0, maximum: 1}'),
    ],
    [
      'minimum_widened',
      'sequence',
      false,
      telemetry,
      changed('{minimum: 0}\n        required', '{minimum: -5}\n        required'),
    ],
    ['values_narrowed', 'device_type', true, telemetry, changed('severity: warning', 'severity: error')],
    ['values_widened', 'device_type', false, changed('severity: warning', 'severity: error'), telemetry],
    ['future_tolerance_narrowed', null, true, telemetry, changed('PT1H', 'PT5M')],
    ['past_tolerance_widened', null, false, telemetry, changed('value: P30D', 'value: none')],
    [
      'identity_changed',
      null,
      true,
      telemetry,
      changed('identity, value: offset', 'identity, value: [device_id, sequence]'),
    ],
    ['version_order_changed', null, true, telemetry, changed('[offset, partition]', '[partition, offset]')],
    [
      'message_key_changed',
      null,
      true,
      telemetry,
      changed('messageKey, value: device_id', 'messageKey, value: zone'),
    ],
  ])('%s of %s breaks: %s', (rule, column, is_breaking, before, after) => {
    const found = contractChanges(read(before), read(after));
    expect(found).toEqual([expect.objectContaining({ topic: 'iot-telemetry', rule, column, is_breaking })]);
    expect(found[0]!.was).not.toBe(found[0]!.is);
  });

  it('is nothing that breaks where columns get their first field numbers', () => {
    const before = telemetry.replace(/ +- \{property: fieldNumber.*\n/g, '');
    expect(contractChanges(read(before), read(telemetry))).toEqual([]);
  });

  it('knows streams by their topics', () => {
    const added = contractChanges([], read(telemetry));
    expect(added).toEqual([
      {
        topic: 'iot-telemetry',
        column: null,
        rule: 'stream_added',
        is_breaking: false,
        was: null,
        is: 'iot.bronze_telemetry',
      },
    ]);
    const other = changed('topic, value: iot-telemetry', 'topic, value: iot-other');
    expect(
      contractChanges(read(telemetry), read(other)).map(({ rule, is_breaking }) => [rule, is_breaking]),
    ).toEqual([
      ['stream_removed', true],
      ['stream_added', false],
    ]);
  });
});
