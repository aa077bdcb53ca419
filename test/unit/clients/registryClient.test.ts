import { RegistryClient } from '../../../clients/registry/registryClient';
import { startFakeRegistry, type FakeRegistry } from './fakeRegistry';

const subject = (schema: string) => ({ name: 'prices-value', type: 'JSON' as const, schema });

describe('the client of a schema registry', () => {
  let registry: FakeRegistry;
  let client: RegistryClient;
  beforeEach(async () => {
    registry = await startFakeRegistry();
    client = new RegistryClient(registry.url, 1_000);
  });
  afterEach(() => registry.close());

  it('registers a schema once, and finds it by its text and as the newest', async () => {
    expect(await client.newest('prices-value')).toBeUndefined();
    expect(await client.idOf(subject('{"a":1}'))).toBeUndefined();
    expect(await client.register(subject('{"a":1}'))).toEqual({ id: 1 });
    expect(await client.register(subject('{"a":1}'))).toEqual({ id: 1 });
    expect(await client.register(subject('{"a":2}'))).toEqual({ id: 2 });
    expect(await client.idOf(subject('{"a":1}'))).toBe(1);
    expect(await client.newest('prices-value')).toEqual({ id: 2, schema: '{"a":2}' });
  });

  it('says why a schema would be rejected, also where the check itself gives no reason', async () => {
    expect(await client.incompatibilities(subject('{"rejected":1}'))).toEqual([]);
    await client.register(subject('{"a":1}'));
    expect(await client.incompatibilities(subject('{"b":1}'))).toEqual([]);
    expect(await client.incompatibilities(subject('{"rejected":1}'))).toEqual([
      'Subschema type changed at /properties/price',
    ]);
    expect(await client.register(subject('{"rejected":1}'))).toEqual({
      reason: 'Subschema type changed at /properties/price',
    });
    expect(registry.subjects.get('prices-value')).toHaveLength(1);
  });

  it.each([
    ['NONE', 'BACKWARD'],
    ['FORWARD', 'BACKWARD'],
    ['FULL_TRANSITIVE', 'FULL_TRANSITIVE'],
  ])('a subject under %s is kept under %s', async (level, expected) => {
    registry.level = level;
    await client.keepBackward('prices-value');
    expect(registry.level).toBe(expected);
  });

  it('is an error to be tried again where the registry is away, or fails', async () => {
    registry.isDown = true;
    await expect(client.newest('prices-value')).rejects.toMatchObject({
      code: 'SCHEMA_REGISTRY_UNAVAILABLE',
      retryable: true,
      message: expect.stringContaining('503') as string,
    });
    await registry.close();
    await expect(client.newest('prices-value')).rejects.toMatchObject({
      code: 'SCHEMA_REGISTRY_UNAVAILABLE',
      message: expect.stringMatching(/ECONNREFUSED|ECONNRESET|closed/) as string,
    });
  });

  it('is an error by name where something else answers at the address', async () => {
    const other = new RegistryClient(registry.url.replace('/apis/ccompat/v7', '/elsewhere'));
    await expect(other.setBackward()).rejects.toMatchObject({
      code: 'SCHEMA_REGISTRY_ANSWER',
      message: expect.stringMatching(/PUT \/config: expected 200, found 404/) as string,
    });
  });
});
