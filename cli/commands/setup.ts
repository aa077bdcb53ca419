import type { Command } from 'commander';
import { readConfig } from '../../settings/config';
import { installStack } from '../../stack/install/installStack';
import { say } from '../support/output';

export function register(program: Command): void {
  program
    .command('setup')
    .summary('install what the stack needs')
    .description(
      "Installs the stack's programs into .stack by pip and Maven, pinned and checked. Quick " +
        'when nothing changed. `make setup` runs it after npm.',
    )
    .action(async () => {
      await installStack(readConfig(), say);
      say('The stack is installed. Start it with: currents up');
    });
}
