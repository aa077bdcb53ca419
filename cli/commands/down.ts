import { Option, type Command } from 'commander';
import fs from 'node:fs';
import path from 'node:path';
import { readConfig, type Config } from '../../settings/config';
import { orderRemove } from '../../stack/control';
import { folderSize_bytes, humanSize } from '../../stack/folderSize';
import { HOME_ENTRIES } from '../../stack/services/definition';
import { serviceNamed } from '../../stack/services/table';
import { isSupervised, readState } from '../../stack/stateFile';
import { stopStack } from '../../stack/stopStack';
import { DeletionNotConfirmedError } from '../../stack/errors';
import { askOnTerminal } from '../support/askOnTerminal';
import { commaList } from '../support/options';
import { say } from '../support/output';

interface Options {
  only?: string;
  volumes?: boolean;
  yes?: boolean;
}

export function register(program: Command): void {
  program
    .command('down')
    .summary('stop the stack')
    .description('Stops every process of the stack. Data stays, unless --volumes is given.')
    .addOption(
      new Option(
        '--only <services>',
        'comma-separated: these only; all others keep running, and no data is deleted',
      ).conflicts('volumes'),
    )
    .option('--volumes', 'also delete all data of this stack, after saying what and asking')
    .option('--yes', 'do not ask (for scripts)')
    .addHelpText('after', '\nExample:\n  $ currents down --volumes --yes')
    .action(down);
}

async function down(options: Options): Promise<void> {
  const { home, ...config } = readConfig();
  if (options.only !== undefined) return stopOnly({ ...config, home }, commaList(options.only));
  const folders = dataFolders(home);
  if (options.volumes && !options.yes) await confirm(home, folders);
  const ended = await stopStack({ ...config, home });
  say(ended === 0 ? 'The stack was not running.' : `Stopped ${ended} processes.`);
  if (options.volumes) deleteAll(home, folders);
  else if (folders.length > 0)
    say(`Kept: ${humanSize(totalOf(folders))} of data in ${home}. Delete it with: currents down --volumes`);
}

/** Dependent services keep running: an operator who stops one service has a reason. */
async function stopOnly(config: Config, names: string[]): Promise<void> {
  const services = names.map(serviceNamed);
  if (!isSupervised(readState(config.home))) return say('The stack was not running.');
  await orderRemove(config, services);
  say(`Stopped ${services.join(', ')}. Start again: currents up`);
}

function dataFolders(home: string): string[] {
  return HOME_ENTRIES.map((name) => path.join(home, name)).filter((folder) => fs.existsSync(folder));
}

async function confirm(home: string, folders: string[]): Promise<void> {
  say(`This deletes, in ${home}:`);
  for (const folder of folders)
    say(`  ${path.basename(folder).padEnd(12)} ${humanSize(folderSize_bytes(folder))}`);
  if (!process.stdin.isTTY) throw new DeletionNotConfirmedError();
  if ((await askOnTerminal('Type yes to delete: ')) !== 'yes') throw new DeletionNotConfirmedError();
}

function deleteAll(home: string, folders: string[]): void {
  const size = humanSize(totalOf(folders));
  for (const folder of folders) fs.rmSync(folder, { recursive: true, force: true });
  if (fs.existsSync(home) && fs.readdirSync(home).length === 0) fs.rmdirSync(home);
  say(`Deleted ${size} from ${home}.`);
}

function totalOf(folders: string[]): number {
  return folders.reduce((sum, folder) => sum + folderSize_bytes(folder), 0);
}
