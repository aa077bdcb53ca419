import path from 'node:path';
import { schemaIdsOf } from '../../../cli/support/producerSchemas';
import { jsonSubjectOf } from '../../../core/contract/subjects';
import { contractsIn } from '../../../pipelines/contractFiles';
import { repositoryRoot } from '../../../settings/repositoryRoot';
import { startFakeRegistry, type FakeRegistry } from '../clients/fakeRegistry';

const contracts = contractsIn(path.join(repositoryRoot(), 'pipelines', 'iot'));
const { name, schema } = jsonSubjectOf(contracts[0]!);

describe('the schema that a producer names', () => {
  let registry: FakeRegistry;
  beforeEach(async () => {
    registry = await startFakeRegistry();
  });
  afterEach(() => registry.close());

  it('is the one of its contract, also where it is not the newest', async () => {
    registry.subjects.set(name, [
      { id: 5, schema },
      { id: 6, schema: '{}' },
    ]);
    expect([...(await schemaIdsOf(contracts, registry.url))]).toEqual([['iot-telemetry', 5]]);
  });

  it('must be registered first', async () => {
    const request = schemaIdsOf(contracts, registry.url);
    await expect(request).rejects.toMatchObject({
      code: 'SCHEMA_NOT_REGISTERED',
      hint: expect.stringContaining('currents contracts push') as string,
    });
  });

  it('must fit what the subject holds; the error names field and rule', async () => {
    const other = JSON.parse(schema) as { properties: Record<string, unknown> };
    other.properties['co2_ppm'] = { type: ['number', 'null'] };
    other.properties['floor'] = { type: 'string' };
    registry.subjects.set(name, [{ id: 5, schema: JSON.stringify(other) }]);
    await expect(schemaIdsOf(contracts, registry.url)).rejects.toMatchObject({
      code: 'SCHEMA_INCOMPATIBLE',
      message: expect.stringMatching(
        /floor: column_retyped, was string, is integer.*co2_ppm: column_removed, was number, is none/,
      ) as string,
    });
  });
});
