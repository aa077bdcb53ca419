import { Option, type Command } from 'commander';
import { readConfig } from '../../settings/config';
import { TASK_QUEUES } from '../../core/ids';
import { intervalsBetween, isoSeconds } from '../../core/interval';
import { filesIntake } from '../../core/pipeline';
import { pipelineNamed } from '../../pipelines/registry';
import type { ReloadInput, ReloadResult, reloadLanding } from '../../workflows/reloadLanding';
import { createBranch, dropBranch, promoteBranch, showDiff } from './branch';
import { pipelineOption } from '../support/options';
import { failureOf, printJson, say } from '../support/output';
import { followed } from '../support/progress';
import { withTemporal } from '../support/session';

interface ReloadOptions {
  from: string;
  to: string;
  pipeline: string;
  json?: boolean;
  override?: string;
  promote?: boolean;
}

export function register(program: Command): void {
  ranged(
    program
      .command('rebuild')
      .summary('make a lake again from landing')
      .description(
        'Reads what was landed for a range again and adds what is missing in the lake. The source is not asked.\nExample: currents rebuild --from 2026-11-01 --to 2026-11-08',
      ),
  ).action(async (options: ReloadOptions) => {
    const result = await reload({ ...rangeOf(options), target: readConfig().NESSIE_BRANCH });
    if (options.json) return printJson(result);
    sayWhatDiffers(result);
    say(
      `${result.records} records of ${result.files} files in ${result.chunks} runs, ${result.deadLetters} dead letters`,
    );
  });
  ranged(
    program
      .command('revise')
      .summary("correct a range under today's code")
      .description(
        'Makes a range again from landing on a branch, in place of what is there, and shows what differs from main; --promote then merges it.\n' +
          'Example: currents revise --from 2026-11-20T00:00:00+10:00 --to 2026-11-20T01:00:00+10:00',
      ),
  )
    .addOption(new Option('--promote', 'merge the branch when the diff has been shown'))
    .action(revise);
}

function ranged(command: Command): Command {
  return command
    .requiredOption('--from <iso>', 'start of the range, inclusive')
    .requiredOption('--to <iso>', 'end of the range, exclusive')
    .option(
      '--override <reason>',
      'merge although gates or dbt tests fail, as an operator has decided once for these data; the reason stands in the merge commit',
    )
    .addOption(pipelineOption())
    .option('--json', 'print the outcome as JSON on stdout');
}

/** A correction is never visible by half: it is made on its own branch and merged in one step. */
async function revise(options: ReloadOptions): Promise<void> {
  const branch = `revise_${isoSeconds(Date.now()).replace(/[-:TZ]/g, '')}`;
  await createBranch(branch);
  const result = await reload({ ...rangeOf(options), replace: true, target: branch }).catch(
    (error: unknown) => dropUnlessUsed(branch, error),
  );
  await showDiff(branch, options.json);
  sayWhatDiffers(result);
  say(`${result.records} records of ${result.files} files read again, on branch ${branch}`);
  if (options.promote) await promoteBranch(branch);
  else
    say(
      `look at it: NESSIE_BRANCH=${branch} npx currents query "..."\nthen: npx currents branch promote ${branch}, or drop ${branch}`,
    );
}

/** A branch with runs on it is kept, to show why they failed. */
async function dropUnlessUsed(branch: string, error: unknown): Promise<never> {
  if (failureOf(error).code === 'NOTHING_LANDED') await dropBranch(branch);
  throw error;
}

/** Where the outcome differs from the request: less, because landed files are missing, or more. */
function sayWhatDiffers({ unlanded, wholeTables }: ReloadResult): void {
  for (const line of differencesOf({ unlanded, wholeTables })) say(line);
}

export function differencesOf({
  unlanded,
  wholeTables,
}: Pick<ReloadResult, 'unlanded' | 'wholeTables'>): string[] {
  const gaps = Object.entries(unlanded).map(
    ([report, { intervals, first, last }]) =>
      `not made again, because landing has no file: ${report}, ${intervals} intervals that end from ${first} to ${last}`,
  );
  const whole = wholeTables.map(
    (name) => `beyond the range, because no part of it can be replaced by itself: all of ${name}`,
  );
  return [...gaps, ...whole];
}

function rangeOf({ pipeline, from, to, override }: ReloadOptions): ReloadInput {
  intervalsBetween(from, to, filesIntake(pipelineNamed(pipeline), 'rebuild from landed files').step_ms);
  return { pipeline, from, to, ...(override === undefined ? {} : { override: { reason: override } }) };
}

async function reload(input: ReloadInput): Promise<ReloadResult> {
  return withTemporal(async ({ client }) => {
    const handle = await client.workflow.start<typeof reloadLanding>('reloadLanding', {
      workflowId: `reload/${input.pipeline}/${isoSeconds(Date.now())}`,
      taskQueue: TASK_QUEUES.control,
      args: [input],
      staticSummary: `${input.pipeline}: ${input.from} to ${input.to} again from landing${input.replace ? ', in place of what is there' : ''}`,
    });
    return followed<ReloadResult>(handle, 'reload');
  });
}
