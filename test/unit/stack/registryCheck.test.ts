import { readConfig } from '../../../settings/config';
import type { CheckContext } from '../../../stack/doctor/check';
import { schemaRegistry } from '../../../stack/doctor/registryCheck';
import { registerContracts } from '../../../stack/registerContracts';
import { startFakeRegistry, type FakeRegistry } from '../clients/fakeRegistry';

process.env.CURRENTS_PIPELINES = 'iot';

describe("doctor's check of the schema registry", () => {
  let registry: FakeRegistry;
  let context: CheckContext;
  beforeEach(async () => {
    registry = await startFakeRegistry();
    const config = readConfig({ SCHEMA_REGISTRY_URL: registry.url });
    context = { config, stack: { running: true, home: '', services: [] } };
  });
  afterEach(() => registry.close());

  it('finds the contracts in it, or names the subjects and the command', async () => {
    expect(await schemaRegistry(context)).toEqual({
      verdict: 'bad',
      finding: "without the contract's schema: iot-telemetry-value, iot-telemetry-value-protobuf",
      fix: 'currents contracts push',
    });
    await registerContracts(registry.url);
    expect(await schemaRegistry(context)).toEqual({
      verdict: 'ok',
      finding: '2 subjects hold the contracts',
    });
  });

  it('says so where the own one is not running', async () => {
    expect(await schemaRegistry({ ...context, config: readConfig({}) })).toMatchObject({
      verdict: 'skipped',
      finding: 'registry is not running',
    });
  });
});
