import { portsFrom, PORT_SPAN } from '../../../settings/ports';
import { readConfig } from '../../../settings/config';
import { UnknownServiceError } from '../../../stack/errors';
import { clash, portsOf } from '../../../stack/ports';
import { newClusterId } from '../../../stack/services/kafka';
import { SERVICE_NAMES } from '../../../stack/services/definition';
import { servicesElsewhere } from '../../../stack/services/elsewhere';
import { selectServices, SERVICES } from '../../../stack/services/table';

describe('the table of services', () => {
  test('names a service only after all it depends on, so that it has no cycle', () => {
    for (const name of SERVICE_NAMES) {
      const before = SERVICE_NAMES.slice(0, SERVICE_NAMES.indexOf(name));
      expect(before).toEqual(expect.arrayContaining([...SERVICES[name].dependsOn]));
    }
  });

  test('gives no port to two services, and none beyond the span of one stack', () => {
    const used = portsOf(SERVICE_NAMES, { ports: portsFrom(9000) }).map(({ port }) => port);
    expect(new Set(used).size).toBe(used.length);
    expect(Math.max(...used)).toBeLessThan(9000 + PORT_SPAN);
  });

  test('lets every service that is a process say how to find out that it is ready', () => {
    for (const { command, probe } of Object.values(SERVICES))
      expect(probe !== undefined).toBe(command !== undefined);
  });
});

describe('selectServices', () => {
  test('takes all of them when told nothing', () => {
    expect(selectServices({})).toEqual([...SERVICE_NAMES]);
  });

  test('adds what the named ones need', () => {
    expect(selectServices({ only: ['trino'] })).toEqual(['s3', 'nessie', 'trino', 'bootstrap']);
  });

  test('takes just the named ones when the others run elsewhere', () => {
    expect(selectServices({ only: ['worker', 'spark'], alone: true })).toEqual(['spark', 'worker']);
  });

  test('leaves out what depends on a refused one', () => {
    expect(selectServices({ without: ['nessie'] })).toEqual([
      'temporal',
      'kafka',
      's3',
      'registry',
      'trino',
      'spark',
    ]);
  });

  test('keeps what depends on a refused one that a setting says runs elsewhere', () => {
    const config = readConfig({ S3_ENDPOINT: 'https://s3.test', KAFKA_BROKERS: 'kafka.test:9092' });
    const elsewhere = servicesElsewhere(config);
    expect(elsewhere).toEqual(['kafka', 's3']);
    const others = ['temporal', 'nessie', 'registry', 'trino', 'spark', 'bootstrap', 'worker'];
    expect(selectServices({ without: ['s3', 'kafka'], elsewhere })).toEqual(others);
    expect(selectServices({ without: ['s3', 'nessie'], elsewhere })).not.toContain('worker');
  });

  test('refuses a name that is no service, and lists those there are', () => {
    expect(() => selectServices({ only: ['minio'] })).toThrow(UnknownServiceError);
    expect(() => selectServices({ only: ['minio'] })).toThrow(
      /expected one of temporal, kafka, .* found minio/,
    );
  });
});

describe('a port clash', () => {
  test('names the port, the service, what the port is for and who holds it', () => {
    expect(clash({ service: 's3', name: 'seaweedFiler', port: 7244 }, 'process 42 (nginx)')).toBe(
      'port 7244 (s3, seaweedFiler): held by process 42 (nginx)',
    );
  });

  test('says so when the holder cannot be known', () => {
    expect(clash({ service: 'trino', name: 'trino', port: 7231 }, undefined)).toBe(
      'port 7231 (trino): held by a process of another user',
    );
  });
});

test('a Kafka cluster id has 22 characters and never starts with a hyphen', () => {
  for (let round = 0; round < 2_000; round += 1)
    expect(newClusterId()).toMatch(/^[A-Za-z0-9_][A-Za-z0-9_-]{21}$/);
});
