import type { Command } from 'commander';
import { DeadLetterReader, type DeadLetterRow } from '../../activities/deadLetters/support/deadLetterReader';
import { readConfig } from '../../settings/config';
import { DeadLetterNotFoundError } from '../../core/deadLetters/errors';
import { checkedFilter, type DeadLetterFilter } from '../../core/deadLetters/filter';
import { catalogOfBranch } from '../../core/ids';
import { pipelineNamed } from '../../pipelines/registry';
import { TrinoClient } from '../../trino/client';
import { registerDecisions } from '../support/deadLetterDecisions';
import { filterOf, withFilter, type FilterOptions } from '../support/deadLetterFilter';
import { pipelineOption } from '../support/options';
import { printJson, say, table } from '../support/output';

/** A dead letter as `--json` gives it. */
interface Letter {
  id: string;
  status: string;
  attempts: number;
  stage: string;
  reason: string;
  rule: string | null;
  topic: string;
  source_file: string | null;
  source_sha256: string | null;
  source_line: number | null;
  first_seen_at: string;
  run_id: string;
  error_message: string | null;
  decided_at: string | null;
  decided_by: string | null;
  decided_why: string | null;
  detail: string | null;
}

type WholeLetter = Letter & {
  payload: string | null;
  headers: Record<string, string>;
  kafka: { topic: string; partition: number; offset: number };
};

interface LetterList {
  total: number;
  counts: { reason: string; status: string; count: number }[];
  letters: Letter[];
}

const DEFAULT_ROWS = 20;

export function register(program: Command): void {
  const letters = program
    .command('deadletters')
    .summary('what could not be used, and what became of it')
    .description(
      'Dead letters: records and files that were rejected, kept whole. Looks at them, sends ' +
        'them through again, or marks them as discarded.',
    );
  withFilter(
    letters.command('list').description('Counts by reason and status, and the newest dead letters that fit.'),
  )
    .option('--limit <n>', 'most dead letters shown', String(DEFAULT_ROWS))
    .option('--json', 'print as JSON')
    .action(async (options: FilterOptions & { json?: boolean }) => {
      const list = await readList(options);
      if (options.json) printJson(list);
      else printList(list);
    });
  letters
    .command('show <id>')
    .description('One dead letter whole: what was rejected, why, and what was decided.')
    .addOption(pipelineOption())
    .option('--json', 'print as JSON')
    .action(async (id: string, options: { pipeline: string; json?: boolean }) => {
      const letter = await readLetter(id, options.pipeline);
      if (options.json) printJson(letter);
      else printLetter(letter);
    });
  registerDecisions(letters);
}

function reader(pipeline: string): DeadLetterReader {
  const config = readConfig();
  const trino = new TrinoClient({
    server: config.trinoUrl,
    user: 'currents',
    source: 'currents-deadletters',
  });
  return new DeadLetterReader(trino, catalogOfBranch(config.NESSIE_BRANCH), pipelineNamed(pipeline).name);
}

async function readList(options: FilterOptions): Promise<LetterList> {
  const [filter, letters] = [filterOf(options), reader(options.pipeline)];
  const [counts, rows] = await Promise.all([
    letters.counts(filter, 'reason, state'),
    letters.letters(filter, Number(options.limit)),
  ]);
  const named = counts.map((row) => ({
    reason: String(row['reason']),
    status: String(row['state']),
    count: Number(row['letters']),
  }));
  return {
    total: named.reduce((sum, { count }) => sum + count, 0),
    counts: named,
    letters: rows.map(letterOf),
  };
}

async function readLetter(id: string, pipeline: string): Promise<WholeLetter> {
  const filter: DeadLetterFilter = checkedFilter({ ids: [id] });
  const found = await reader(pipeline).letters(filter, 2);
  if (found.length !== 1) throw new DeadLetterNotFoundError(id, found.length);
  const row = found[0]!;
  return {
    ...letterOf(row),
    payload: textOf(row, 'payload'),
    headers: (row['headers'] ?? {}) as Record<string, string>,
    kafka: {
      topic: String(row['topic']),
      partition: Number(row['partition']),
      offset: Number(row['offset']),
    },
  };
}

function letterOf(row: DeadLetterRow): Letter {
  return {
    id: String(row['letter_id']),
    status: String(row['state']),
    attempts: Number(row['attempts']),
    stage: String(row['stage']),
    reason: String(row['reason']),
    rule: textOf(row, 'rule'),
    topic: String(row['data_topic']),
    source_file: textOf(row, 'source_file'),
    source_sha256: textOf(row, 'source_sha256'),
    source_line: row['source_line'] === null ? null : Number(row['source_line']),
    first_seen_at: isoOf(row['first_seen_at'])!,
    run_id: String(row['run_id']),
    error_message: textOf(row, 'error_message'),
    decided_at: isoOf(row['decided_at']),
    decided_by: textOf(row, 'decided_by'),
    decided_why: textOf(row, 'decided_why') || null,
    detail: textOf(row, 'detail'),
  };
}

function textOf(row: DeadLetterRow, name: string): string | null {
  return row[name] === null || row[name] === undefined ? null : String(row[name]);
}

/** Trino writes `2026-11-20 01:05:00.000000 UTC`. */
function isoOf(value: unknown): string | null {
  return value === null || value === undefined
    ? null
    : new Date(
        String(value)
          .replace(' ', 'T')
          .replace(/(\.\d{3})\d*/, '$1')
          .replace(/ UTC$/, 'Z'),
      ).toISOString();
}

function printList({ total, counts, letters }: LetterList): void {
  if (total === 0) return say('no dead letters fit');
  process.stdout.write(
    `${table(
      ['reason', 'status', 'count'],
      counts.map(({ reason, status, count }) => [reason, status, count]),
    )}\n\n`,
  );
  const rows = letters.map((letter) => [
    letter.id,
    letter.status,
    letter.attempts,
    letter.reason,
    letter.topic,
    letter.source_file,
    letter.source_line,
    letter.first_seen_at,
  ]);
  process.stdout.write(
    `${table(['id', 'status', 'attempts', 'reason', 'topic', 'file', 'line', 'first seen'], rows)}\n`,
  );
  if (letters.length < total) say(`the newest ${letters.length} of ${total}; --limit shows more`);
}

function printLetter({ headers, payload, kafka, ...letter }: WholeLetter): void {
  const fields = Object.entries({
    ...letter,
    kafka: `${kafka.topic}/${kafka.partition}/${kafka.offset}`,
  }).filter(([, value]) => value !== null);
  process.stdout.write(
    `${fields.map(([name, value]) => `${name.padEnd(14)} ${String(value)}`).join('\n')}\n`,
  );
  process.stdout.write(
    `\nheaders\n${Object.entries(headers)
      .map(([name, value]) => `  ${name}: ${value}`)
      .join('\n')}\n\npayload\n${payload ?? ''}\n`,
  );
}
