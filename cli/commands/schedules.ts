import { ScheduleNotFoundError } from '@temporalio/client';
import type { Command } from 'commander';
import { desiredSchedules } from '../../core/schedules';
import { pipelineNamed, pipelineNames } from '../../pipelines/registry';
import { ScheduleNotAppliedError } from '../support/errors';
import { printJson, say, table } from '../support/output';
import { applySchedules, planSchedules, type ScheduleChange } from '../support/reconcileSchedules';
import { withTemporal } from '../support/session';

export function register(program: Command): void {
  const schedules = program
    .command('schedules')
    .summary('the schedules declared in code')
    .description('Compares, applies, pauses and resumes the schedules declared in code.');
  schedules
    .command('plan')
    .description('Shows what apply would change.')
    .option('--json', 'print as JSON')
    .action(async (options: { json?: boolean }) =>
      show(await withTemporal(({ client }) => planSchedules(client)), options.json),
    );
  schedules
    .command('apply')
    .description('Makes the server agree with the code; keeps a pause that an operator set.')
    .option('--json', 'print as JSON')
    .action(async (options: { json?: boolean }) =>
      show(await withTemporal(({ client }) => applySchedules(client)), options.json),
    );
  schedules
    .command('pause')
    .description('Pauses every schedule but backfill-<pipeline>, which is always paused.')
    .requiredOption('--reason <text>', 'why, kept as the note')
    .action((options: { reason: string }) => switchAll('pause', options.reason));
  schedules
    .command('resume')
    .description('Resumes every schedule but backfill-<pipeline>.')
    .option('--reason <text>', 'kept as the note', 'resumed')
    .action((options: { reason: string }) => switchAll('unpause', options.reason));
}

function show(changes: ScheduleChange[], asJson = false): void {
  if (asJson) return printJson(changes);
  const rows = changes.map(({ scheduleId, action, differences, paused }) => [
    scheduleId,
    action,
    paused ? 'paused' : 'active',
    differences.join('; '),
  ]);
  process.stdout.write(`${table(['schedule', 'change', 'state', 'differences'], rows)}\n`);
}

async function switchAll(action: 'pause' | 'unpause', reason: string): Promise<void> {
  await withTemporal(async ({ client }) => {
    const running = desiredSchedules(pipelineNames().map(pipelineNamed)).filter(({ onDemand }) => !onDemand);
    for (const { scheduleId } of running) {
      await client.schedule
        .getHandle(scheduleId)
        [action](reason)
        .catch((error: unknown) => {
          throw error instanceof ScheduleNotFoundError ? new ScheduleNotAppliedError(scheduleId) : error;
        });
      say(`${scheduleId}: ${action === 'pause' ? 'paused' : 'resumed'}`);
    }
  });
}
