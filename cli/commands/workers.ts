import type { Command } from 'commander';
import { Deployment } from '../../workers/deployment';
import { printJson, say, table } from '../support/output';
import { withTemporal } from '../support/session';

export function register(program: Command): void {
  program
    .command('workers')
    .summary('versions of the worker')
    .description(
      'Versions of the worker that Temporal knows: which one gets new runs, which are alive, ' +
        'and how many runs each still has. One that is alive and has none left can be stopped.',
    )
    .option('--json', 'print them as JSON on stdout')
    .addHelpText('after', '\nExample:\n  $ currents workers')
    .action(workers);
}

async function workers({ json }: { json?: boolean }): Promise<void> {
  const versions = await withTemporal(async ({ config, client }) => {
    const deployment = new Deployment(client.connection, config.TEMPORAL_NAMESPACE);
    return Promise.all(
      (await deployment.versions()).map(async (version) => ({
        ...version,
        openRuns: await deployment.openRuns(version.buildId),
      })),
    );
  });
  if (json) return printJson({ versions });
  if (versions.length === 0) return say('no worker has asked for work yet');
  const rows = versions.map(({ buildId, isCurrent, isAlive, openRuns }) => [
    buildId,
    isCurrent ? 'new runs' : 'its own runs',
    isAlive ? 'yes' : 'no',
    openRuns,
  ]);
  process.stdout.write(`${table(['version', 'gets', 'alive', 'open runs'], rows)}\n`);
}
