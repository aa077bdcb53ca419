import { LONGEST_RUN_HOURS, readConfig } from '../../../settings/config';
import { InvalidConfigurationError } from '../../../settings/errors';
import { PORT_SPAN, portsFrom } from '../../../settings/ports';

describe('configuration', () => {
  it('derives every address from one base port', () => {
    const config = readConfig({ CURRENTS_PORT_BASE: '9000', CURRENTS_HOME: '/tmp/x' });
    expect(config.trinoUrl).toBe('http://127.0.0.1:9001');
    expect(config.temporalAddress).toBe('127.0.0.1:9003');
    expect(config.nessieUrl).toBe('http://127.0.0.1:9009/api/v2');
  });

  it('puts Temporal on its usual port when told nothing', () => {
    expect(readConfig({}).temporalAddress).toBe('127.0.0.1:7233');
  });

  it('reports every mistake at once, typos of our own prefix included', () => {
    const read = (): unknown =>
      readConfig({ CURRENTS_PORT_BASE: '80', API_URL: 'ftp://x', CURRENTS_HOEM: '/tmp', SLOT_COUNT: '1' });
    expect(read).toThrow(InvalidConfigurationError);
    for (const name of ['CURRENTS_PORT_BASE', 'API_URL', 'CURRENTS_HOEM', 'SLOT_COUNT'])
      expect(read).toThrow(new RegExp(name));
  });

  it('reports the rules between settings with the mistakes of each', () => {
    const read = (): unknown =>
      readConfig({
        SLOT_COUNT: '1',
        S3_ENDPOINT: 'aws',
        AWS_ACCESS_KEY_ID: 'x',
        S3_SSE: 'aws:kms',
        TRINO_URL: 'localhost:8080',
        NESSIE_URL: 'ftp://x',
        KAFKA_BROKERS: 'a:9092, b',
      });
    for (const name of [
      'SLOT_COUNT',
      'AWS_SECRET_ACCESS_KEY',
      'S3_SSE_KMS_KEY_ID',
      'TRINO_URL',
      'NESSIE_URL',
      'KAFKA_BROKERS',
    ])
      expect(read).toThrow(new RegExp(name));
  });

  it('takes a list of brokers with blanks in it', () => {
    expect(readConfig({ KAFKA_BROKERS: 'a:9092, b:9093,' }).kafkaBrokers).toEqual(['a:9092', 'b:9093']);
  });

  it('lets upkeep take the files of a run that is under way from made-up data alone', () => {
    const younger = { UPKEEP_MIN_AGE_HOURS: String(LONGEST_RUN_HOURS - 1) };
    expect(() => readConfig(younger)).toThrow(/UPKEEP_MIN_AGE_HOURS/);
    expect(() => readConfig({ ...younger, SLOT_COUNT: '1' })).toThrow(
      /UPKEEP_MIN_AGE_HOURS[^]*SLOT_COUNT|SLOT_COUNT[^]*UPKEEP_MIN_AGE_HOURS/,
    );
    expect(readConfig({ ...younger, CURRENTS_SIMULATED: 'true' }).UPKEEP_MIN_AGE_HOURS).toBe(
      LONGEST_RUN_HOURS - 1,
    );
    expect(readConfig({ UPKEEP_MIN_AGE_HOURS: String(LONGEST_RUN_HOURS) }).UPKEEP_MIN_AGE_HOURS).toBe(
      LONGEST_RUN_HOURS,
    );
  });

  it('takes an empty setting as unset', () => {
    expect(readConfig({ NESSIE_BRANCH: '' }).NESSIE_BRANCH).toBe('main');
  });

  it('gives each service a port of its own within the span of one stack', () => {
    const ports = Object.values(portsFrom(7230));
    expect(new Set(ports).size).toBe(ports.length);
    expect(Math.max(...ports)).toBeLessThan(7230 + PORT_SPAN);
  });
});
