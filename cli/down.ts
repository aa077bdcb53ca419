import type { Command } from 'commander';
import fs from 'node:fs';
import path from 'node:path';
import readline from 'node:readline/promises';
import { readConfig } from '../core/config';
import { folderSize_bytes, humanSize } from '../stack/folderSize';
import { HOME_ENTRIES } from '../stack/homeFolder';
import { stopStack } from '../stack/stopStack';
import { DeletionNotConfirmedError } from '../stack/errors';
import { say } from './output';

interface Options {
  volumes?: boolean;
  yes?: boolean;
}

export function register(program: Command): void {
  program.command('down').summary('stop the stack')
    .description('Stops every process of the stack. Data stays, unless --volumes is given.')
    .option('--volumes', 'also delete all data of this stack, after saying what and asking')
    .option('--yes', 'do not ask (for scripts)')
    .addHelpText('after', '\nExample:\n  $ currents down --volumes --yes')
    .action(down);
}

async function down(options: Options): Promise<void> {
  const { home, ...config } = readConfig();
  const folders = dataFolders(home);
  if (options.volumes && !options.yes) await confirm(home, folders);
  const ended = await stopStack({ ...config, home });
  say(ended === 0 ? 'The stack was not running.' : `Stopped ${ended} processes.`);
  if (options.volumes) deleteAll(home, folders);
  else if (folders.length > 0) say(`Kept: ${humanSize(totalOf(folders))} of data in ${home}. Delete it with: currents down --volumes`);
}

function dataFolders(home: string): string[] {
  return HOME_ENTRIES.map((name) => path.join(home, name)).filter((folder) => fs.existsSync(folder));
}

async function confirm(home: string, folders: string[]): Promise<void> {
  say(`This deletes, in ${home}:`);
  for (const folder of folders) say(`  ${path.basename(folder).padEnd(12)} ${humanSize(folderSize_bytes(folder))}`);
  if (!process.stdin.isTTY) throw new DeletionNotConfirmedError();
  const terminal = readline.createInterface({ input: process.stdin, output: process.stderr });
  const answer = await terminal.question('Type yes to delete: ');
  terminal.close();
  if (answer.trim() !== 'yes') throw new DeletionNotConfirmedError();
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
