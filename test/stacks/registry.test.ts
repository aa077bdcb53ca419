import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { ProduceOutcome } from '../../cli/support/produceOutcome';
import type { SubjectCheck } from '../../cli/support/subjectCheck';
import { KafkaJsPort, type KafkaRecord } from '../../clients/kafka/kafka';
import { RegistryClient } from '../../clients/registry/registryClient';
import { SCHEMA_ID_HEADER, withSchemaId, type SchemaIdForm } from '../../core/schemaId';
import { readConfig } from '../../settings/config';
import { repositoryRoot } from '../../settings/repositoryRoot';
import { askStatus } from '../../stack/control';
import type { RegisteredSubject } from '../../stack/registerContracts';
import type { ServiceName } from '../../stack/services/definition';
import type { ServiceStatus } from '../../stack/status';
import { TrinoClient } from '../../trino/client';
import { currents, json } from '../integration/support/command';
import { toyEvents } from '../toyEvents';
import { listeningAddresses } from './support/listening';

jest.setTimeout(300_000);

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'currents-registry-'));
const toy = path.join(folder, 'pipelines', 'toy');
const contract = path.join(toy, 'contracts', 'events.yaml');
const NOTE = `
      - name: note
        description: A word of the device
        logicalType: string
        physicalType: string
        customProperties:
          - {property: sourceColumn, value: note}
          - {property: fieldNumber, value: 5}
`;
const TOPIC = 'toy_events';
const SUBJECT = `${TOPIC}-value`;
/** A stack of its own: telemetry, and a copy of the toy whose contract changes while it runs. */
const own: Record<string, string> = {
  CURRENTS_HOME: path.join(folder, 'home'),
  CURRENTS_PORT_BASE: String(Number(process.env.CURRENTS_PORT_BASE) + 900),
  CURRENTS_PIPELINES: 'toy,iot',
  CURRENTS_PIPELINE_FOLDERS: path.join(folder, 'pipelines'),
};
const config = readConfig({ ...process.env, ...own });
const registry = new RegistryClient(config.schemaRegistryUrl);
const kafka = new KafkaJsPort(config.kafkaBrokers);
const trino = new TrinoClient({
  server: config.trinoUrl,
  user: 'analyst',
  source: 'registry',
  catalog: 'lake',
});

interface Outcome {
  status: string;
  records: number;
  code: string;
  message: string;
}

async function rows(sql: string): Promise<unknown[][]> {
  return (await trino.runQuery(sql)).rows;
}

async function run(pipeline: string): Promise<Outcome> {
  return (await json<Outcome>(['run', pipeline], own)).body;
}

async function push(): Promise<Map<string, number>> {
  const { body } = await json<{ subjects: RegisteredSubject[] }>(['contracts', 'push'], own);
  return new Map(body.subjects.map(({ subject, id }) => [subject, id]));
}

async function service(name: ServiceName): Promise<ServiceStatus> {
  return (await askStatus(config))!.services.find((each) => each.name === name)!;
}

async function get(address: string): Promise<unknown> {
  return (await fetch(`${config.schemaRegistryUrl}${address}`)).json();
}

/** Events of one device each; `more`: fields beside those of every event. */
async function send(
  batch: number,
  id: number,
  form: SchemaIdForm,
  more: Record<string, unknown> = {},
): Promise<void> {
  const records = toyEvents(batch, 3).map((event): KafkaRecord => {
    const value = JSON.stringify({ ...event, device_id: `batch-${batch}`, ...more });
    return withSchemaId({ key: event.device_id, value, headers: {} }, id, form);
  });
  await kafka.publish([{ topic: TOPIC, records }]);
}

const perBatch = () =>
  rows('select device_id, count(*) from toy.bronze_events group by device_id order by device_id');

/** The tests of this file build on one another. */
describe('a schema registry', () => {
  let ids: Map<string, number>;

  beforeAll(async () => {
    fs.cpSync(path.join(repositoryRoot(), 'test', 'pipelines', 'toy'), toy, { recursive: true });
    const definition = path.join(toy, 'definition.json');
    const found = JSON.parse(fs.readFileSync(definition, 'utf8')) as object;
    fs.writeFileSync(definition, JSON.stringify({ ...found, needsRegistry: true }));
    const { code, stderr } = await currents(['up'], own);
    if (code !== 0) throw new Error(`up: expected exit 0, found ${code}: ${stderr}`);
  });

  afterAll(async () => {
    await kafka.close();
    await currents(['down', '--volumes', '--yes'], own);
    fs.rmSync(folder, { recursive: true, force: true });
  });

  it('has the subjects of all contracts after up, under BACKWARD, and listens on loopback only', async () => {
    expect(await get('/config')).toEqual({ compatibilityLevel: 'BACKWARD' });
    const subjects = ['iot-telemetry-value', 'iot-telemetry-value-protobuf', SUBJECT, `${SUBJECT}-protobuf`];
    expect(((await get('/subjects')) as string[]).sort()).toEqual(subjects);
    ids = await push();
    expect([...ids.keys()].sort()).toEqual(subjects);
    expect(await push()).toEqual(ids);
    expect(await get(`/subjects/${SUBJECT}/versions`)).toEqual([1]);
    const { pid, url } = await service('registry');
    expect(url).toBe(config.schemaRegistryUrl);
    const addresses = listeningAddresses(pid!);
    expect(addresses.length).toBeGreaterThanOrEqual(2);
    for (const address of addresses) expect(address).toMatch(/0100007F$/);
  });

  it('records that name their schema by header or prefix, or name none, reach main by one run', async () => {
    let records = 0;
    for (const form of ['header', 'prefix', 'none']) {
      const args = ['produce', 'iot', '--rate', '100', '--duration', '1', '--seed', '3', '--schema-id', form];
      records += (await json<ProduceOutcome>(args, own)).body.records;
    }
    expect(records).toBe(300);
    expect(await run('iot')).toMatchObject({ status: 'merged', records });
    expect(
      await rows(
        'select (select count(*) from iot.bronze_telemetry), (select count(*) from iot_ops.dead_letters)',
      ),
    ).toEqual([[records, 0]]);
  });

  it('an unknown schema is a dead letter with payload and place, and nothing else is lost', async () => {
    await send(1, ids.get(SUBJECT)!, 'header');
    await send(2, 4242, 'header');
    await send(3, 4243, 'prefix');
    await send(4, ids.get(`${SUBJECT}-protobuf`)!, 'header');
    expect(await run('toy')).toMatchObject({ status: 'merged', records: 12 });
    expect(await perBatch()).toEqual([['batch-1', 3]]);
    const found = await rows(
      `select reason, rule, headers['${SCHEMA_ID_HEADER}'], json_extract_scalar(payload, '$.device_id'), count(*)
       from toy_ops.dead_letters where topic = '${TOPIC}' and "offset" is not null group by 1, 2, 3, 4 order by 4`,
    );
    const rejected = (batch: number, id: number) => [
      'unknown_schema',
      `schema_id_of:${SUBJECT}`,
      String(id),
      `batch-${batch}`,
      3,
    ];
    expect(found).toEqual([
      rejected(2, 4242),
      rejected(3, 4243),
      rejected(4, ids.get(`${SUBJECT}-protobuf`)!),
    ]);
  });

  it('an optional field reaches bronze while every process runs on', async () => {
    const pids = async () => [(await service('worker')).pid, (await service('spark')).pid];
    const before = await pids();
    fs.appendFileSync(contract, NOTE);
    const check = await currents(['contracts', 'check', '--registry'], own);
    expect([check.code, check.stdout]).toEqual([
      0,
      expect.stringMatching(/note +column_added +- +string +no/),
    ]);
    const newest = (await push()).get(SUBJECT)!;
    expect(newest).not.toBe(ids.get(SUBJECT));
    await send(5, newest, 'header', { note: 'new' });
    await send(6, ids.get(SUBJECT)!, 'prefix');
    expect(await run('toy')).toMatchObject({ status: 'merged', records: 6 });
    expect(
      await rows('select device_id, note, count(*) from toy.bronze_events group by 1, 2 order by 1'),
    ).toEqual([
      ['batch-1', null, 3],
      ['batch-5', 'new', 3],
      ['batch-6', null, 3],
    ]);
    expect(await pids()).toEqual(before);
  });

  it.each([
    [
      'retyped',
      'temperature_c: column_retyped, was number, is string',
      (text: string) =>
        text.replace(
          'logicalType: number\n        physicalType: double',
          'logicalType: string\n        physicalType: string',
        ),
    ],
    [
      'removed',
      'temperature_c: column_removed, was number, is none',
      (text: string) => text.replace(/ {6}- name: temperature_c[\s\S]*?unit, value: .*\n/, ''),
    ],
  ])('a %s field stops at the drift gate, and CI and registry reject it too', async (_, problem, change) => {
    const agreed = fs.readFileSync(contract, 'utf8');
    fs.writeFileSync(contract, change(agreed));
    expect(fs.readFileSync(contract, 'utf8')).not.toBe(agreed);
    const sofar = await perBatch();
    try {
      const check = await json<{ subjects: SubjectCheck[] }>(['contracts', 'check', '--registry'], own);
      expect(check.code).toBe(1);
      expect(check.body.subjects.find(({ subject }) => subject === SUBJECT)?.outcome).toBe('incompatible');
      expect((await currents(['contracts', 'push'], own)).stderr).toContain('SCHEMA_INCOMPATIBLE');
      await send(7, ids.get(SUBJECT)!, 'header');
      const stopped = await run('toy');
      expect(stopped).toMatchObject({ status: 'failed', code: 'CONTRACT_DRIFT' });
      expect(stopped.message).toContain(problem);
      expect(await perBatch()).toEqual(sofar);
    } finally {
      fs.writeFileSync(contract, agreed);
    }
    expect(await run('toy')).toMatchObject({ status: 'merged' });
    expect((await perBatch()).length).toBeGreaterThanOrEqual(sofar.length);
  });

  it('a contract taken back to an older version passes the gate, and stops at the table', async () => {
    const agreed = fs.readFileSync(contract, 'utf8');
    fs.writeFileSync(contract, agreed.replace(NOTE, ''));
    await send(9, ids.get(SUBJECT)!, 'header');
    try {
      const stopped = await run('toy');
      expect(stopped).toMatchObject({ status: 'failed', code: 'SCHEMA_CHANGE_NOT_ADDITIVE' });
      expect(stopped.message).toContain('toy.bronze_events column note');
    } finally {
      fs.writeFileSync(contract, agreed);
    }
    expect(await run('toy')).toMatchObject({ status: 'merged', records: 3 });
  });

  it('keeps what it acknowledged right before a kill -9, and runs go on meanwhile', async () => {
    const given: number[] = [];
    for (const version of [1, 2, 3]) {
      const properties = Object.fromEntries(
        Array.from({ length: version }, (__, index) => [`field_${index}`, { type: 'string' }]),
      );
      const schema = JSON.stringify({
        $schema: 'http://json-schema.org/draft-07/schema#',
        type: 'object',
        properties,
        additionalProperties: false,
      });
      const outcome = await registry.register({ name: 'killed-value', type: 'JSON', schema });
      given.push((outcome as { id: number }).id);
    }
    const before = await push();
    const { pid } = await service('registry');
    process.kill(pid!, 'SIGKILL');
    await send(8, ids.get(SUBJECT)!, 'header');
    expect(await run('toy')).toMatchObject({ status: 'merged', records: 3 });
    for (;;) {
      const found = await service('registry');
      if (found.state === 'healthy' && found.pid !== pid) break;
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
    const versions = await Promise.all(
      [1, 2, 3].map(
        async (version) => (await get(`/subjects/killed-value/versions/${version}`)) as { id: number },
      ),
    );
    expect(versions.map(({ id }) => id)).toEqual(given);
    expect(await get('/config')).toEqual({ compatibilityLevel: 'BACKWARD' });
    expect(await push()).toEqual(before);
  });
});
