import type { Command } from 'commander';
import { readConfig } from '../../settings/config';
import { printJson, say } from '../support/output';
import {
  rangeOf,
  ranged,
  readLandingAgain,
  sayWhatDiffers,
  type RangeOptions,
} from '../support/readLandingAgain';

export function register(program: Command): void {
  const command = program
    .command('rebuild')
    .summary('make a lake again from landing')
    .description(
      'Reads what was landed for a range again and adds what is missing in the lake. ' +
        'The source is not asked.\n' +
        'Example: currents rebuild --from 2026-11-01 --to 2026-11-08',
    );
  ranged(command).action(rebuild);
}

async function rebuild(options: RangeOptions): Promise<void> {
  const result = await readLandingAgain(
    { ...rangeOf(options), target: readConfig().NESSIE_BRANCH },
    'rebuild',
  );
  if (options.json) return printJson(result);
  sayWhatDiffers(result);
  const { records, files, chunks, deadLetters } = result;
  say(`${records} records of ${files} files in ${chunks} runs, ${deadLetters} dead letters`);
}
