import type { Command } from 'commander';
import { DeadLetterReader } from '../../activities/deadLetters/support/deadLetterReader';
import { readConfig } from '../../settings/config';
import { DeadLetterNotFoundError } from '../../core/deadLetters/errors';
import { checkedFilter } from '../../core/deadLetters/filter';
import { catalogOfBranch } from '../../core/ids';
import { pipelineNamed } from '../../pipelines/registry';
import { TrinoClient } from '../../trino/client';
import { registerDecisions } from '../support/deadLetterDecisions';
import { filterOf, withFilter, type FilterOptions } from '../support/deadLetterFilter';
import { pipelineOption } from '../support/options';
import { printJson } from '../support/output';
import {
  printList,
  printWhole,
  shownDeadLetter,
  wholeDeadLetter,
  type DeadLetterList,
  type WholeDeadLetter,
} from '../support/shownDeadLetters';

const DEFAULT_ROWS = 20;

export function register(program: Command): void {
  const deadLetters = program
    .command('deadletters')
    .summary('what could not be used, and what became of it')
    .description(
      'Dead letters: records and files that were rejected, kept whole. Looks at them, sends ' +
        'them through again, or marks them as discarded.',
    );
  withFilter(
    deadLetters
      .command('list')
      .description('Counts by reason and status, and the newest dead letters that fit.'),
  )
    .option('--limit <n>', 'most dead letters shown', String(DEFAULT_ROWS))
    .option('--json', 'print as JSON')
    .action(list);
  deadLetters
    .command('show <id>')
    .description('One dead letter whole: what was rejected, why, and what was decided.')
    .addOption(pipelineOption())
    .option('--json', 'print as JSON')
    .action(show);
  registerDecisions(deadLetters);
}

async function list(options: FilterOptions & { json?: boolean }): Promise<void> {
  const found = await readList(options);
  if (options.json) printJson(found);
  else printList(found);
}

async function show(id: string, { pipeline, json }: { pipeline: string; json?: boolean }): Promise<void> {
  const found = await readWhole(id, pipeline);
  if (json) printJson(found);
  else printWhole(found);
}

async function readList(options: FilterOptions): Promise<DeadLetterList> {
  const [filter, reader] = [filterOf(options), readerOf(options.pipeline)];
  const [countRows, rows] = await Promise.all([
    reader.counts(filter, 'reason, state'),
    reader.deadLetters(filter, Number(options.limit)),
  ]);
  const counts = countRows.map((row) => ({
    reason: String(row['reason']),
    status: String(row['state']),
    count: Number(row['dead_letters']),
  }));
  const total = counts.reduce((sum, { count }) => sum + count, 0);
  return { total, counts, dead_letters: rows.map(shownDeadLetter) };
}

async function readWhole(id: string, pipeline: string): Promise<WholeDeadLetter> {
  const found = await readerOf(pipeline).deadLetters(checkedFilter({ ids: [id] }), 2);
  if (found.length !== 1) throw new DeadLetterNotFoundError(id, found.length);
  return wholeDeadLetter(found[0]!);
}

function readerOf(pipeline: string): DeadLetterReader {
  const config = readConfig();
  const trino = new TrinoClient({
    server: config.trinoUrl,
    user: 'currents',
    source: 'currents-deadletters',
  });
  return new DeadLetterReader(trino, catalogOfBranch(config.NESSIE_BRANCH), pipelineNamed(pipeline).name);
}
