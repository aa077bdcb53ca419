import type { Command } from 'commander';
import { isoSeconds } from '../../core/interval';
import { failureOf, say } from '../support/output';
import {
  rangeOf,
  ranged,
  readLandingAgain,
  sayWhatDiffers,
  type RangeOptions,
} from '../support/readLandingAgain';
import { createBranch, dropBranch, promoteBranch, showDiff } from '../support/featureBranches';

interface ReviseOptions extends RangeOptions {
  promote?: boolean;
}

export function register(program: Command): void {
  const command = program
    .command('revise')
    .summary("correct a range under today's code")
    .description(
      'Makes a range again from landing on a branch, in place of what is there. ' +
        'Shows what differs from main; --promote then merges it.\n' +
        'Example: currents revise --from 2026-11-20T00:00:00+10:00 --to 2026-11-20T01:00:00+10:00',
    );
  ranged(command).option('--promote', 'merge the branch when the diff has been shown').action(revise);
}

/** A correction is never visible by half: it is made on its own branch and merged in one step. */
async function revise(options: ReviseOptions): Promise<void> {
  const branch = `revise_${isoSeconds(Date.now()).replace(/[-:TZ]/g, '')}`;
  await createBranch(branch);
  const input = { ...rangeOf(options), replace: true, target: branch };
  const result = await readLandingAgain(input, 'revise').catch((error: unknown) =>
    dropUnlessUsed(branch, error),
  );
  await showDiff(branch, options.json);
  sayWhatDiffers(result);
  say(`${result.records} records of ${result.files} files read again, on branch ${branch}`);
  if (options.promote) return promoteBranch(branch);
  say(`look at it: NESSIE_BRANCH=${branch} npx currents query "..."`);
  say(`then: npx currents branch promote ${branch}, or drop ${branch}`);
}

/** A branch with runs on it is kept, to show why they failed. */
async function dropUnlessUsed(branch: string, error: unknown): Promise<never> {
  if (failureOf(error).code === 'NOTHING_LANDED') await dropBranch(branch);
  throw error;
}
