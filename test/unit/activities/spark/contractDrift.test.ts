import { MockActivityEnvironment } from '@temporalio/testing';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type * as Gate from '../../../../activities/spark/support/contractDrift';
import type * as Register from '../../../../stack/registerContracts';
import { repositoryRoot } from '../../../../settings/repositoryRoot';
import { startFakeRegistry, type FakeRegistry } from '../../clients/fakeRegistry';

const GATE = path.join(repositoryRoot(), 'activities', 'spark', 'support', 'contractDrift');
const REGISTER = path.join(repositoryRoot(), 'stack', 'registerContracts');
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'drift-'));
const toy = path.join(repositoryRoot(), 'test', 'pipelines', 'toy');
const contract = path.join(folder, 'toy', 'contracts', 'events.yaml');
const agreed = fs.readFileSync(path.join(toy, 'contracts', 'events.yaml'), 'utf8');
const SUBJECT = 'toy_events-value';
const NOTE = `
      - name: note
        description: A word
        logicalType: string
        physicalType: string
        customProperties:
          - {property: sourceColumn, value: note}
          - {property: fieldNumber, value: 5}
`;

/** Modules of its own, since pipelines are found and schemas kept once per process. */
async function gate(url: string): Promise<void> {
  const { requireNoDrift } = (await import(GATE)) as typeof Gate;
  await new MockActivityEnvironment().run(() => requireNoDrift('toy', url));
}

describe('the drift gate', () => {
  let registry: FakeRegistry;
  beforeAll(() => {
    fs.cpSync(toy, path.join(folder, 'toy'), { recursive: true });
    const definition = path.join(folder, 'toy', 'definition.json');
    const found = JSON.parse(fs.readFileSync(definition, 'utf8')) as object;
    fs.writeFileSync(definition, JSON.stringify({ ...found, needsRegistry: true }));
    process.env.CURRENTS_PIPELINE_FOLDERS = folder;
  });
  afterAll(() => {
    delete process.env.CURRENTS_PIPELINE_FOLDERS;
    fs.rmSync(folder, { recursive: true });
  });
  beforeEach(async () => {
    jest.resetModules();
    registry = await startFakeRegistry();
    fs.writeFileSync(contract, agreed);
    const { registerContracts } = (await import(REGISTER)) as typeof Register;
    await registerContracts(registry.url);
  });
  afterEach(() => registry.close());

  it('asks once for a contract that is registered', async () => {
    await gate(registry.url);
    registry.requests.length = 0;
    await gate(registry.url);
    expect(registry.requests).toEqual([]);
  });

  it('lets an added optional column pass, registered or not', async () => {
    fs.writeFileSync(contract, agreed + NOTE);
    await gate(registry.url);
    expect(registry.subjects.get(SUBJECT)).toHaveLength(1);
  });

  it.each([
    [
      'temperature_c: column_removed, was number, is none',
      (text: string) => text.slice(0, text.indexOf('      - name: temperature_c')),
    ],
    [
      'temperature_c: column_retyped, was number, is string',
      (text: string) =>
        text.replace('logicalType: number', 'logicalType: string').replace('Type: double', 'Type: string'),
    ],
    [
      'note: required_column_added, was none, is string',
      (text: string) =>
        text + NOTE.replace('physicalType: string', 'physicalType: string\n        required: true'),
    ],
  ])('stops at %s, which the process sees without a restart', async (problem, change) => {
    await gate(registry.url);
    fs.writeFileSync(contract, change(agreed));
    await expect(gate(registry.url)).rejects.toMatchObject({
      code: 'CONTRACT_DRIFT',
      retryable: false,
      message: expect.stringContaining(`contract of toy_events: `) as string,
    });
    await expect(gate(registry.url)).rejects.toThrow(problem);
  });

  it('takes an older version that is registered', async () => {
    const newer = { id: 9, schema: '{"properties":{"co2_ppm":{"type":"number"}}}' };
    registry.subjects.get(SUBJECT)!.push(newer);
    await gate(registry.url);
  });

  it('leaves it to the tables where the registry is away', async () => {
    registry.isDown = true;
    await gate(registry.url);
    expect(registry.requests.length).toBeGreaterThan(0);
  });
});
