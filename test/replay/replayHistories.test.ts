import fs from 'node:fs';
import path from 'node:path';
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import { repositoryRoot } from '../../core/repositoryRoot';

jest.setTimeout(120_000);

const FOLDER = path.join(__dirname, 'histories');

/**
 * A worker of this code must be able to continue every run that a released version began. When one fails:
 * the change breaks determinism for runs under way; guard it with `patched()` or let old runs finish first.
 */
describe('workflows of this code continue runs of released versions', () => {
  const files = fs.readdirSync(FOLDER).filter((name) => name.endsWith('.json'));

  it('has histories of every workflow that outlives a deployment', () => {
    for (const workflow of ['refineBatch', 'laneCoordinator', 'slotPool', 'ingestRange', 'ingestInterval']) {
      expect(files.some((name) => name.startsWith(`${workflow}_`))).toBe(true);
    }
  });

  it('replays each of them', async () => {
    Runtime.install({ logger: new DefaultLogger('ERROR') });
    const histories = files.map((name) => ({ workflowId: name, history: JSON.parse(fs.readFileSync(path.join(FOLDER, name), 'utf8')) as unknown }));
    const results = Worker.runReplayHistories({ workflowsPath: path.join(repositoryRoot(), 'workflows', 'index.ts') }, histories);
    const failures: string[] = [];
    for await (const { workflowId, error } of results) if (error) failures.push(`${workflowId}: ${error.message}`);
    expect(failures).toEqual([]);
  });
});
