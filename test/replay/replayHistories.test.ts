import fs from 'node:fs';
import path from 'node:path';
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import { bundlePath } from '../workflow/support/bundlePath';
import { WORKFLOW_TYPES } from '../workflow/support/scenarios';

jest.setTimeout(120_000);

const FOLDER = path.join(__dirname, 'histories');

/**
 * Workflows that the histories of a release leave out, by release. Those of 0.1.0 were recorded before all
 * scenarios were, by code that is gone: runs of these that 0.1.0 began are guarded by their fingerprints
 * only. A workflow that is newer than the last recording is added here too, since no release has runs of it.
 * The next recording has an entry of its own, which is none: `make histories` records every workflow.
 */
const NOT_RECORDED: Record<string, readonly string[]> = {
  '0.1.0': [
    'backfillRange',
    'discardDeadLetters',
    'featureBranch',
    'loadMetadata',
    'loadReference',
    'maintainLake',
    'maintainTables',
    'quarantineRun',
    'reconcileCompleteness',
    'reloadLanding',
    'removeUnreferencedFiles',
    'replayDeadLetters',
  ],
};

interface RecordedHistory {
  events: { workflowExecutionStartedEventAttributes: { workflowId: string } }[];
}

/**
 * A worker of this code must be able to continue every run that a released version began. When one fails:
 * the change breaks determinism for runs under way; guard it with `patched()` or let old runs finish first.
 */
describe('workflows of this code continue runs of released versions', () => {
  const files = fs.readdirSync(FOLDER).filter((name) => name.endsWith('.json'));
  beforeAll(() => {
    Runtime.install({ logger: new DefaultLogger('ERROR') });
  });

  it('has histories of every workflow, from the last release that was recorded', () => {
    const release = lastOf(files.map(versionOf));
    const recorded = new Set(
      files.filter((name) => versionOf(name) === release).map((name) => name.split('_')[0]),
    );
    expect(WORKFLOW_TYPES.filter((type) => !recorded.has(type))).toEqual(
      [...(NOT_RECORDED[release] ?? [])].sort(),
    );
  });

  it.each(files)('replays %s', async (name) => {
    const history = JSON.parse(fs.readFileSync(path.join(FOLDER, name), 'utf8')) as RecordedHistory;
    // The id too must be the one of then: ids of children are made of it.
    const { workflowId } = history.events[0]!.workflowExecutionStartedEventAttributes;
    await Worker.runReplayHistory({ workflowBundle: { codePath: bundlePath() } }, history, workflowId);
  });
});

/** Files are called `<workflow>_<situation>_<version>.json`. */
function versionOf(name: string): string {
  return /_([^_]+)\.json$/.exec(name)?.[1] ?? '';
}

function lastOf(versions: string[]): string {
  return versions.sort((a, b) => a.localeCompare(b, 'en', { numeric: true })).at(-1)!;
}
