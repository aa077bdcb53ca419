import type { Command } from 'commander';
import { TASK_QUEUES } from '../../core/ids';
import { intervalsBetween, isoSeconds } from '../../core/interval';
import { filesIntake } from '../../core/pipeline';
import { pipelineNamed } from '../../pipelines/registry';
import type { ReloadInput, reloadLanding, ReloadResult } from '../../workflows/reloadLanding';
import { overrideOption, pipelineOption } from './options';
import { say } from './output';
import { followed } from './progress';
import { withTemporal } from './session';

/** What rebuild and revise have in common: a range is read again from landing. */
export interface RangeOptions {
  from: string;
  to: string;
  pipeline: string;
  json?: boolean;
  override?: string;
}

export function ranged(command: Command): Command {
  return command
    .requiredOption('--from <iso>', 'start of the range, inclusive')
    .requiredOption('--to <iso>', 'end of the range, exclusive')
    .addOption(overrideOption())
    .addOption(pipelineOption())
    .option('--json', 'print the outcome as JSON on stdout');
}

export function rangeOf({ pipeline, from, to, override }: RangeOptions): ReloadInput {
  intervalsBetween(from, to, filesIntake(pipelineNamed(pipeline), 'rebuild from landed files').step_ms);
  return { pipeline, from, to, ...(override === undefined ? {} : { override: { reason: override } }) };
}

export async function readLandingAgain(input: ReloadInput, command: string): Promise<ReloadResult> {
  const { pipeline, from, to, replace } = input;
  const how = replace ? 'in place of what is there' : 'to add what is missing';
  return withTemporal(async ({ client }) => {
    const handle = await client.workflow.start<typeof reloadLanding>('reloadLanding', {
      workflowId: `reload/${pipeline}/${isoSeconds(Date.now())}`,
      taskQueue: TASK_QUEUES.control,
      args: [input],
      staticSummary: `${pipeline}: ${from} to ${to} again from landing, ${how}`,
    });
    return followed<ReloadResult>(handle, command);
  });
}

/** Where the outcome differs from the request: less, because landed files are missing, or more. */
export function sayWhatDiffers({ unlanded, wholeTables }: ReloadResult): void {
  for (const line of differencesOf({ unlanded, wholeTables })) say(line);
}

export function differencesOf({
  unlanded,
  wholeTables,
}: Pick<ReloadResult, 'unlanded' | 'wholeTables'>): string[] {
  const gaps = Object.entries(unlanded).map(
    ([report, { intervals, first, last }]) =>
      `not made again, because landing has no file: ${report}, ${intervals} intervals that end ` +
      `from ${first} to ${last}`,
  );
  const whole = wholeTables.map(
    (name) => `beyond the range, because no part of it can be replaced by itself: all of ${name}`,
  );
  return [...gaps, ...whole];
}
