import type { DeadLetterRow } from '../../activities/deadLetters/support/deadLetterReader';
import { say, table } from './output';

/** A dead letter as `--json` gives it. */
export interface ShownDeadLetter {
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

export type WholeDeadLetter = ShownDeadLetter & {
  payload: string | null;
  headers: Record<string, string>;
  kafka: { topic: string; partition: number; offset: number };
};

/** What `deadletters list --json` prints. */
export interface DeadLetterList {
  total: number;
  counts: { reason: string; status: string; count: number }[];
  dead_letters: ShownDeadLetter[];
}

export function shownDeadLetter(row: DeadLetterRow): ShownDeadLetter {
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

export function wholeDeadLetter(row: DeadLetterRow): WholeDeadLetter {
  const [topic, partition, offset] = [row['topic'], row['partition'], row['offset']];
  return {
    ...shownDeadLetter(row),
    payload: textOf(row, 'payload'),
    headers: (row['headers'] ?? {}) as Record<string, string>,
    kafka: { topic: String(topic), partition: Number(partition), offset: Number(offset) },
  };
}

function textOf(row: DeadLetterRow, name: string): string | null {
  return row[name] === null || row[name] === undefined ? null : String(row[name]);
}

/** Trino writes `2026-11-20 01:05:00.000000 UTC`. */
function isoOf(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  const iso = String(value)
    .replace(' ', 'T')
    .replace(/(\.\d{3})\d*/, '$1')
    .replace(/ UTC$/, 'Z');
  return new Date(iso).toISOString();
}

const LIST_COLUMNS = ['id', 'status', 'attempts', 'reason', 'topic', 'file', 'line', 'first seen'];

export function printList({ total, counts, dead_letters: shown }: DeadLetterList): void {
  if (total === 0) return say('no dead letters fit');
  const countRows = counts.map(({ reason, status, count }) => [reason, status, count]);
  process.stdout.write(`${table(['reason', 'status', 'count'], countRows)}\n\n`);
  process.stdout.write(`${table(LIST_COLUMNS, shown.map(rowOf))}\n`);
  if (shown.length < total) say(`the newest ${shown.length} of ${total}; --limit shows more`);
}

function rowOf(one: ShownDeadLetter): (string | number | null)[] {
  const { id, status, attempts, reason, topic, source_file, source_line, first_seen_at } = one;
  return [id, status, attempts, reason, topic, source_file, source_line, first_seen_at];
}

export function printWhole({ headers, payload, kafka, ...fields }: WholeDeadLetter): void {
  const shown = Object.entries({ ...fields, kafka: `${kafka.topic}/${kafka.partition}/${kafka.offset}` })
    .filter(([, value]) => value !== null)
    .map(([name, value]) => `${name.padEnd(14)} ${String(value)}`);
  const headerLines = Object.entries(headers).map(([name, value]) => `  ${name}: ${value}`);
  process.stdout.write(`${shown.join('\n')}\n`);
  process.stdout.write(`\nheaders\n${headerLines.join('\n')}\n\npayload\n${payload ?? ''}\n`);
}
