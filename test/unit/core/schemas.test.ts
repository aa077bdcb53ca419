import Ajv from 'ajv';
import addFormats from 'ajv-formats';
import fs from 'node:fs';
import path from 'node:path';
import { parse } from 'protobufjs';
import type { StreamContract } from '../../../core/contract/contract';
import { jsonSchemaOf } from '../../../core/contract/jsonSchema';
import { protobufOf } from '../../../core/contract/protobuf';
import { readContracts } from '../../../core/contract/readContracts';
import { schemaChanges } from '../../../core/contract/schemaChanges';
import { subjectsOf } from '../../../core/contract/subjects';
import { simulator } from '../../../pipelines/iot/simulation/simulator';
import { repositoryRoot } from '../../../settings/repositoryRoot';

const file = path.join(repositoryRoot(), 'pipelines/iot/contracts/telemetry.yaml');
const telemetry = fs.readFileSync(file, 'utf8');
const contractOf = (content: string): StreamContract => readContracts('c', [{ file: 'c.yaml', content }])[0]!;
const contract = contractOf(telemetry);
const CO2 = `
      - name: co2_ppm
        description: Carbon dioxide
        logicalType: number
        physicalType: double
        customProperties:
          - {property: sourceColumn, value: co2_ppm}
          - {property: fieldNumber, value: 20}
`;

describe('the JSON Schema of a contract', () => {
  const ajv = new Ajv({ strict: true, allowUnionTypes: true });
  addFormats(ajv);
  const isValid = ajv.compile(jsonSchemaOf(contract));

  it('takes the messages of a right producer', () => {
    const request = { scenario: 'valid', seed: 3, rate_per_second: 100, start_ms: Date.UTC(2026, 10, 24) };
    const records = simulator.records(request)[Symbol.iterator]();
    const values = Array.from({ length: 300 }, () => JSON.parse(records.next().value!.value) as unknown);
    expect(values.filter((value) => !isValid(value))).toEqual([]);
    expect(values).toHaveLength(300);
  });

  const right = {
    event_at: '2026-11-24T09:15:00.120Z',
    device_id: 'd',
    sequence: 1,
    device_type: 'pump',
    building_id: 'b',
    floor: 1,
    zone: 'z',
    is_simulated: false,
  };
  it.each<[boolean, Record<string, unknown>]>([
    [true, {}],
    [true, { power_factor: null }],
    [false, { power_factor: 1.4 }],
    [false, { power_factor: '0.5' }],
    [false, { sequence: 1.5 }],
    [false, { device_id: null }],
    [false, { zone: undefined }],
    [false, { firmware: '2.1' }],
  ])('%s for a message with %j', (expected, change) => {
    expect(isValid(JSON.parse(JSON.stringify({ ...right, ...change })))).toBe(expected);
  });
});

describe('the Protobuf form of a contract', () => {
  it('has a field of the right type for each column, by the number that the contract gives', () => {
    const { fields } = parse(protobufOf(contract), { keepCase: true }).root.lookupType('iot.IotTelemetry');
    expect(Object.keys(fields).sort()).toEqual(contract.columns.map(({ name }) => name).sort());
    expect(fields['sequence']).toMatchObject({ id: 3, type: 'int64' });
    expect(fields['power_factor']).toMatchObject({ id: 13, type: 'double' });
    expect(fields['is_simulated']).toMatchObject({ id: 17, type: 'bool' });
  });

  it('is the same, whatever the order of the columns', () => {
    const reversed = { ...contract, columns: [...contract.columns].reverse() };
    expect(protobufOf(reversed)).toBe(protobufOf(contract));
  });

  it('names a field of another name in the messages by both', () => {
    const other = contractOf(
      telemetry.replace('sourceColumn, value: zone', 'sourceColumn, value: Zone-Name'),
    );
    expect(protobufOf(other)).toContain('optional string zone = 7 [json_name = "Zone-Name"];');
  });

  it('is named after a topic of any signs', () => {
    expect(protobufOf({ ...contract, topic: '7.sensors_a-b' })).toContain('message Topic7SensorsAB {');
  });
});

describe('what changed between two JSON Schemas', () => {
  const schemaOf = (text: string): string => JSON.stringify(jsonSchemaOf(contractOf(text)));
  const withCo2 = telemetry.trimEnd() + CO2;
  const required = (text: string): string =>
    text.replace(/(name: co2_ppm[\s\S]*?physicalType: double\n)/, '$1        required: true\n');
  it.each<[rule: string, field: string, breaks: boolean, before: string, after: string]>([
    ['column_added', 'co2_ppm', false, telemetry, withCo2],
    ['required_column_added', 'co2_ppm', true, telemetry, required(withCo2)],
    ['column_removed', 'co2_ppm', true, withCo2, telemetry],
    [
      'column_retyped',
      'battery_percent',
      true,
      telemetry,
      telemetry.replace(
        /(name: battery_percent[\s\S]*?logicalType: )number(\n +physicalType: )double/,
        '$1integer$2int',
      ),
    ],
    [
      'maximum_narrowed',
      'power_factor',
      true,
      telemetry,
      telemetry.replace('{minimum: -1, maximum: 1}', '{minimum: -1, maximum: 0.9}'),
    ],
    [
      'values_narrowed',
      'device_type',
      true,
      telemetry,
      telemetry.replace('severity: warning', 'severity: error'),
    ],
  ])('%s of %s breaks: %s', (rule, field, is_breaking, before, after) => {
    expect(before).not.toBe(after);
    expect(schemaChanges(schemaOf(before), schemaOf(after))).toEqual([
      expect.objectContaining({ rule, field, is_breaking }),
    ]);
  });

  it('is nothing for other words', () => {
    const other = telemetry.replace('The building that it stands in', 'Building');
    expect(schemaChanges(schemaOf(telemetry), schemaOf(other))).toEqual([]);
  });

  it('is read from a schema that another program registered', () => {
    const foreign = JSON.stringify({ type: 'object', properties: { note: {}, zone: { type: 'string' } } });
    const found = schemaChanges(foreign, schemaOf(telemetry));
    expect(found).toContainEqual({
      field: 'note',
      rule: 'column_removed',
      is_breaking: true,
      was: null,
      is: null,
    });
    expect(found).toContainEqual(expect.objectContaining({ field: 'zone', rule: 'column_required' }));
  });
});

it('a contract has two subjects, and the same contract always the same texts', () => {
  expect(subjectsOf(contract).map(({ name, type }) => [name, type])).toEqual([
    ['iot-telemetry-value', 'JSON'],
    ['iot-telemetry-value-protobuf', 'PROTOBUF'],
  ]);
  expect(subjectsOf(contractOf(telemetry))).toEqual(subjectsOf(contract));
});
