import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { readConfig } from '../../../settings/config';
import { STABLE_AFTER_MS } from '../../../stack/backoff';
import type { ServiceContext, ServiceDefinition } from '../../../stack/services/definition';
import { SupervisedService } from '../../../stack/supervisedService';

jest.setTimeout(20_000);
const mockWaits: number[] = [];
/** Waits are noted, not waited. */
jest.mock('../../../stack/backoff', () => ({
  STABLE_AFTER_MS: 1_500,
  backoff_ms: (failuresInARow: number) => {
    mockWaits.push(
      jest
        .requireActual<typeof import('../../../stack/backoff')>('../../../stack/backoff')
        .backoff_ms(failuresInARow),
    );
    return 0;
  },
}));

const home = fs.mkdtempSync(path.join(os.tmpdir(), 'currents-restarts-'));
afterAll(() => fs.rmSync(home, { recursive: true, force: true }));
beforeEach(() => {
  mockWaits.length = 0;
});

/**
 * Runs a service that gets ready and then dies, once for each of the scripts, and resolves with the waits
 * before the next start.
 */
async function waitsAfter(scripts: string[]): Promise<number[]> {
  let starts = 0;
  const definition: ServiceDefinition = {
    name: 's3',
    label: 'S3',
    ports: [],
    dependsOn: [],
    needs: [],
    startTimeout_ms: 5_000,
    stopGrace_ms: 500,
    command: () => ({
      file: '/bin/sh',
      args: ['-c', scripts[starts++] ?? 'sleep 60'],
      env: { PATH: process.env.PATH! },
      cwd: home,
    }),
  };
  const service = new SupervisedService(
    definition,
    { config: { ...readConfig({}), home }, folder: home } as ServiceContext,
    () => undefined,
  );
  const running = service.run();
  while (starts <= scripts.length) await pause(20);
  await service.stop();
  await running;
  return [...mockWaits];
}

describe('a service that gets ready and then dies', () => {
  const [dies, runsWell, isRecycled] = [
    'sleep 0.2; exit 1',
    `sleep ${(STABLE_AFTER_MS + 500) / 1_000}; exit 1`,
    'sleep 0.2; exit 0',
  ];

  it('waits longer before each start', async () =>
    expect(await waitsAfter([dies, dies, dies])).toEqual([1_000, 2_000, 4_000]));

  it('waits shortest again once it has run well', async () =>
    expect(await waitsAfter([dies, dies, runsWell, dies])).toEqual([1_000, 2_000, 1_000, 2_000]));

  it('starts at once when it was recycled, which counts as no failure', async () =>
    expect(await waitsAfter([dies, dies, isRecycled, dies])).toEqual([1_000, 2_000, 1_000]));
});
