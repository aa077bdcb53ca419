import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { readConfig } from '../../../settings/config';
import type { ServiceContext, ServiceDefinition } from '../../../stack/services/definition';
import { SupervisedService } from '../../../stack/supervisedService';

const HOUR_MS = 3_600_000;
const WITHIN_MS = 5_000;

describe('a supervised service', () => {
  const home = fs.mkdtempSync(path.join(os.tmpdir(), 'currents-service-'));
  afterAll(() => fs.rmSync(home, { recursive: true, force: true }));
  afterEach(() => jest.restoreAllMocks());

  it('that ends is started again in time although the clock was set back by an hour meanwhile', async () => {
    let starts = 0;
    const definition: ServiceDefinition = {
      name: 's3',
      label: 'S3',
      ports: [],
      dependsOn: [],
      needs: [],
      startTimeout_ms: 5_000,
      stopGrace_ms: 500,
      command: () => {
        starts += 1;
        return { file: '/bin/sleep', args: ['0.3'], env: {}, cwd: home };
      },
    };
    const service = new SupervisedService(
      definition,
      { config: { ...readConfig({}), home }, folder: home } as ServiceContext,
      () => undefined,
    );
    const begun_ms = Date.now();
    // Ahead by an hour until the first process has ended; then it stands still, as seen by a count from an
    // hour ahead.
    jest
      .spyOn(Date, 'now')
      .mockImplementation(() => (service.status().restarts === 0 ? begun_ms + HOUR_MS : begun_ms));
    const running = service.run();
    const deadline_ms = performance.now() + WITHIN_MS;
    while (starts < 2 && performance.now() < deadline_ms) await pause(50);
    await service.stop();
    await running;
    expect(starts).toBeGreaterThanOrEqual(2);
    expect(service.status()).toMatchObject({ state: 'stopped' });
  });
});
