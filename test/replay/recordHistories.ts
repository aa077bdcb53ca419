import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import type { Connection } from '@temporalio/client';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { repositoryRoot } from '../../settings/repositoryRoot';
import { fakeLake } from '../workflow/support/fakeLake';
import { endEnvironment, startEnvironment, withWorkers } from '../workflow/support/environment';
import { SCENARIOS } from '../workflow/support/scenarios';

jest.setTimeout(120_000);

const FOLDER = path.join(__dirname, 'histories');

/** Without the traces and names of the machine that recorded it; replay looks at neither. */
function anonymous(history: unknown): unknown {
  return JSON.parse(
    JSON.stringify(history, (key, value: unknown) =>
      key === 'stackTrace' ? '' : key === 'identity' ? 'recorder' : value,
    ),
  );
}

/**
 * Records the histories that `replayHistories.test.ts` replays, of every scenario the fingerprints are made
 * of, so of every workflow: `make histories VERSION=<version>`, and only from the code of a release: a
 * history recorded from the code under test proves nothing about runs that are under way when it is deployed.
 */
describe('recording histories', () => {
  let environment: TestWorkflowEnvironment;
  beforeAll(async () => {
    if (!process.env.VERSION)
      throw new Error('expected the version that is recorded, found none: make histories VERSION=0.1.0');
    environment = await startEnvironment();
  });
  afterAll(() => endEnvironment(environment));

  function save(workflowId: string, name: string): void {
    const temporal = path.join(repositoryRoot(), '.stack', 'venv', 'bin', 'temporal');
    const { address } = (environment.connection as Connection).options;
    const history = execFileSync(
      temporal,
      ['workflow', 'show', '--address', address, '--workflow-id', workflowId, '--output', 'json'],
      { encoding: 'utf8', maxBuffer: 64 << 20 },
    );
    fs.mkdirSync(FOLDER, { recursive: true });
    fs.writeFileSync(
      path.join(FOLDER, `${name}_${process.env.VERSION}.json`),
      `${JSON.stringify(anonymous(JSON.parse(history)))}\n`,
    );
  }

  it.each(Object.entries(SCENARIOS))('of %s', async (scenario, play) => {
    const { client } = environment;
    const lake = fakeLake(client);
    await withWorkers(environment, lake.activities, async () =>
      save(await play({ client, lake }), fileNameOf(scenario)),
    );
  });
});

/** `<workflow>_<situation>`, in characters that need no quoting. */
function fileNameOf(scenario: string): string {
  return scenario.replace(/\W+/g, '_');
}
