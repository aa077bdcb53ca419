import type { Command } from 'commander';
import type { OffendingFiles, QuarantineInput } from '../../core/gates/quarantine';
import { runIdAt, TASK_QUEUES } from '../../core/ids';
import type { QuarantineResult, quarantineRun } from '../../workflows/quarantineRun';
import { pipelineOption } from '../support/options';
import { exitCodeOf, failureOf, printJson, say, table } from '../support/output';
import { followed } from '../support/progress';
import { withTemporal } from '../support/session';
import { userName } from '../support/userName';

interface QuarantineOptions {
  reason: string;
  by: string;
  file?: string[];
  rule?: string;
  dryRun?: boolean;
  pipeline: string;
  json?: boolean;
}

const FILES_SHOWN = 20;

export function registerQuarantine(runs: Command): void {
  runs
    .command('quarantine <run>')
    .description(
      "Sends the files that break the held batch's gates to dead letters, and merges the rest " +
        'of it, and no later record.',
    )
    .requiredOption('--reason <text>', 'why')
    .option('--by <who>', 'who decides', userName())
    .option('--file <names...>', 'these of the offending files only')
    .option('--rule <text>', 'files that break a rule with this text only')
    .option('--dry-run', 'show what would be quarantined, and do nothing')
    .addOption(pipelineOption())
    .option('--json', 'print the outcome as JSON')
    .action(async (runId: string, options: QuarantineOptions) => {
      process.exitCode = await quarantine(runId, options);
    });
}

async function quarantine(
  runId: string,
  { by: requestedBy, file: files, rule, dryRun, reason, pipeline, json }: QuarantineOptions,
): Promise<number> {
  try {
    const result = await startQuarantine({ pipeline, runId, files, rule, dryRun, reason, requestedBy });
    if (json) printJson(result);
    printOffending(result);
    if (result.refine)
      say(`quarantined ${result.files.length} files; run ${result.refine.runId}: ${result.refine.status}`);
    return 0;
  } catch (error) {
    const failure = failureOf(error);
    if (json) printJson({ status: 'failed', runId, failure });
    say(`${failure.code}  ${failure.message}\n  ${failure.hint}`);
    return exitCodeOf(error);
  }
}

/** Files of a failed run that would be quarantined; needs a worker, since a slot shows the kept branch. */
export async function lookAtFailedRun(pipeline: string, runId: string): Promise<OffendingFiles> {
  return startQuarantine({ pipeline, runId, dryRun: true });
}

function startQuarantine(input: QuarantineInput): Promise<QuarantineResult> {
  return withTemporal(async ({ client, config }) => {
    const handle = await client.workflow.start<typeof quarantineRun>('quarantineRun', {
      workflowId: workflowIdOf(input),
      taskQueue: TASK_QUEUES.control,
      args: [{ branch: config.NESSIE_BRANCH, ...input }],
      staticSummary: `${input.pipeline}: ${input.dryRun ? 'look at' : 'quarantine'} run ${input.runId}`,
    });
    return followed<QuarantineResult>(handle, 'quarantine');
  });
}

function workflowIdOf({ pipeline, runId, dryRun }: QuarantineInput): string {
  return `quarantine/${pipeline}/${runId}/${dryRun ? 'look' : 'answer'}-${runIdAt(Date.now())}`;
}

export function printOffending({ branch, rules, files }: OffendingFiles): void {
  const out = (text: string): boolean => process.stderr.write(`${text}\n\n`);
  out(`failed expectations, on branch ${branch}`);
  out(
    table(
      ['expectation', 'severity', 'unexpected', 'of', 'files', 'found by'],
      rules.map((rule) => [rule.rule, rule.severity, rule.unexpected, rule.evaluated, rule.files, rule.by]),
    ),
  );
  out(
    table(
      ['offending file', 'breaks'],
      files.slice(0, FILES_SHOWN).map(({ name, rules: broken }) => [name, broken.join('; ')]),
    ),
  );
  if (files.length > FILES_SHOWN) say(`... and ${files.length - FILES_SHOWN} more files; --json shows all`);
}
