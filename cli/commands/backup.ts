import type { Command } from 'commander';
import path from 'node:path';
import { readConfig } from '../../settings/config';
import { makeBackup, newestInstant } from '../../stack/backup/makeBackup';
import { restoreBackup } from '../../stack/backup/restoreBackup';
import { readStackStatus } from '../../stack/control';
import { humanSize } from '../../stack/folderSize';
import { InvalidArgumentError, StackNotRunningError } from '../support/errors';
import { printJson, say } from '../support/output';
import { progressSince } from '../support/progress';

interface BackupOptions {
  keep?: string;
  json?: boolean;
}

interface RestoreOptions {
  at?: string;
  json?: boolean;
}

export function register(program: Command): void {
  program
    .command('backup <folder>')
    .summary('copy catalog, Kafka, Temporal and objects')
    .description(
      "Copies the stack as of one instant: catalog, Kafka, Temporal's database and all objects. " +
        'The stack runs on, and only what is new since the last backup in this folder is copied.',
    )
    .option('--keep <n>', 'then remove all but the newest n backups of this folder')
    .option('--json', 'print the outcome as JSON on stdout')
    .addHelpText('after', '\nExample:\n  $ currents backup /backups/nem --keep 7')
    .action(backup);
  program
    .command('restore <folder>')
    .summary('put a backup into an empty home')
    .description(
      'Puts a backup into an empty CURRENTS_HOME, every file compared with its checksum. The ' +
        'next currents up continues from that instant.',
    )
    .option('--at <instant>', 'name of the backup in the folder (default: the newest)')
    .option('--json', 'print the outcome as JSON on stdout')
    .addHelpText('after', '\nExample:\n  $ CURRENTS_HOME=/data/again currents restore /backups/nem')
    .action(restore);
}

async function backup(folder: string, { keep, json }: BackupOptions): Promise<void> {
  if (keep !== undefined && !/^[1-9]\d*$/.test(keep))
    throw new InvalidArgumentError('--keep', 'a whole number of 1 or more', keep);
  const config = readConfig();
  const { services } = await readStackStatus(config);
  const { state } = services.find(({ name }) => name === 's3')!;
  if (state !== 'healthy') throw new StackNotRunningError('S3', config.s3.endpoint ?? 'aws', state);
  const report = await makeBackup(
    config,
    path.resolve(folder),
    keep === undefined ? undefined : Number(keep),
  );
  if (json) return printJson(report);
  say(`backed up as ${path.join(folder, report.instant)}; writers stood still for ${report.frozen_ms} ms`);
  say(
    `stores: ${report.files} files, ${humanSize(report.files_bytes)}; objects: ` +
      `${report.objects}, of which ${report.copied} (${humanSize(report.copied_bytes)}) are new`,
  );
  if (report.gone.length > 0)
    say(`${report.gone.length} objects were removed meanwhile, such as ${report.gone[0]}`);
  if (report.dropped.length > 0) say(`removed ${report.dropped.join(', ')}`);
}

async function restore(folder: string, { at, json }: RestoreOptions): Promise<void> {
  const config = readConfig();
  const from = path.resolve(folder);
  const report = await restoreBackup(config, from, at ?? newestInstant(from), progressSince(Date.now()));
  if (json) return printJson(report);
  say(
    `restored ${report.files} files and ${report.objects} objects, as of ${report.made_at}, ` +
      `into ${config.home}`,
  );
  say('Now: currents up');
}
