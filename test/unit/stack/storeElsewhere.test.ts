import { readConfig } from '../../../settings/config';
import { checkStore, requireStores, STORE_PROOFS } from '../../../stack/doctor/storeChecks';

/** A port where no store is. */
const config = readConfig({
  S3_ENDPOINT: 'http://127.0.0.1:1',
  AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
  AWS_SECRET_ACCESS_KEY: 'secret-example',
});

describe('a store that a setting points elsewhere', () => {
  test('is proven by a start without it, since bootstrap needs it', async () => {
    await expect(requireStores(config, ['bootstrap', 'worker'])).rejects.toMatchObject({
      code: 'STORE_NOT_USABLE',
      message: expect.stringContaining('bucket currents-lake'),
      hint: expect.stringContaining('credentials'),
    });
  });

  test('is no matter of a start that does not need it', async () => {
    await expect(requireStores(config, ['temporal'])).resolves.toBeUndefined();
  });

  test('is proven by a start where it is Kafka, which may answer and take no record', async () => {
    const kafka = readConfig({ KAFKA_BROKERS: '127.0.0.1:1' });
    await expect(requireStores(kafka, ['bootstrap', 'worker'])).rejects.toMatchObject({
      code: 'STORE_NOT_USABLE',
      message: expect.stringContaining('Kafka topics'),
    });
  }, 60_000);

  test('has a hint that fits, without a secret', async () => {
    const finding = await checkStore(
      STORE_PROOFS.find(({ service }) => service === 's3')!,
      config,
    );
    expect(finding).toMatchObject({ fix: expect.stringContaining('where s3 is') });
    expect(JSON.stringify(finding)).not.toContain('secret-example');
  });
});
