import { CurrentsError } from '../errors';
import { parseInstant } from '../interval';
import { dataTopic } from '../pipeline';
import { quoteText } from '../sqlText';
import { InvalidDeadLetterFilterError } from './errors';

/**
 * State of a dead letter: `new` at first, `claimed` by a running replay, `failed` when a replay did not bring
 * its record into the lake, `repaired` when it did, `discarded` by an operator.
 */
export const DEAD_LETTER_STATUSES = ['new', 'claimed', 'failed', 'repaired', 'discarded'] as const;
export type DeadLetterStatus = (typeof DEAD_LETTER_STATUSES)[number];

/** Which dead letters; all given criteria must match. */
export interface DeadLetterFilter {
  /** Ids, or the first characters of them. */
  ids?: string[];
  /** Why they were rejected, such as `scadavalue_not_a_number`. */
  reason?: string;
  rule?: string;
  /** The published file's name. */
  sourceFile?: string;
  /** Data topic; its dead-letter topic means the same. */
  topic?: string;
  /** Where they were rejected: land, contract, bronze or gate. */
  stage?: string;
  /** First seen in `[from, to)`: ISO 8601. */
  from?: string;
  to?: string;
  /** The refine run that recorded them. */
  runId?: string;
  status?: DeadLetterStatus;
}

const TEXTS = ['reason', 'rule', 'sourceFile', 'topic', 'stage', 'from', 'to', 'runId', 'status'] as const;
const ID = /^[0-9a-f]{4,16}$/;

/**
 * Validates a filter: JSON typed by hand may hold anything.
 *
 * @throws InvalidDeadLetterFilterError that names every mistake.
 */
export function checkedFilter(given: unknown): DeadLetterFilter {
  if (typeof given !== 'object' || given === null || Array.isArray(given))
    throw new InvalidDeadLetterFilterError([`expected a filter object, found ${JSON.stringify(given)}`]);
  const problems = Object.entries(given).flatMap(([name, value]) => problemOf(name, value));
  if (problems.length > 0) throw new InvalidDeadLetterFilterError(problems);
  return given as DeadLetterFilter;
}

export function isEmptyFilter(filter: DeadLetterFilter): boolean {
  return Object.values(filter).every((value) => value === undefined);
}

function problemOf(name: string, value: unknown): string[] {
  const found = JSON.stringify(value);
  if (value === undefined) return [];
  if (name === 'ids')
    return isIds(value) ? [] : [`ids: expected a list of ids of 4 to 16 hexadecimal digits, found ${found}`];
  if (!(TEXTS as readonly string[]).includes(name))
    return [`expected ids, ${TEXTS.join(', ')}, found ${name}`];
  if (typeof value !== 'string' || value === '') return [`${name}: expected text, found ${found}`];
  if (name === 'status' && !(DEAD_LETTER_STATUSES as readonly string[]).includes(value))
    return [`status: expected one of ${DEAD_LETTER_STATUSES.join(', ')}, found ${found}`];
  return name === 'from' || name === 'to' ? timeProblem(name, value) : [];
}

function isIds(value: unknown): boolean {
  return (
    Array.isArray(value) && value.length > 0 && value.every((id) => typeof id === 'string' && ID.test(id))
  );
}

function timeProblem(name: string, value: string): string[] {
  try {
    parseInstant(value, name);
    return [];
  } catch (error) {
    return [error instanceof CurrentsError ? error.message : String(error)];
  }
}

/** The filter as a predicate over the columns of `deadLettersSql`; `true` for an empty one. */
export function deadLetterPredicate(filter: DeadLetterFilter): string {
  const { ids, reason, rule, sourceFile, topic, stage, from, to, runId, status } = filter;
  const equal = (column: string, value: string | undefined): string[] =>
    value === undefined ? [] : [`${column} = ${quoteText(value)}`];
  const parts = [
    ...(ids ? [`(${ids.map((id) => `starts_with(letter_id, ${quoteText(id)})`).join(' OR ')})`] : []),
    ...equal('reason', reason),
    ...equal('rule', rule),
    ...equal('source_file', sourceFile),
    ...equal('data_topic', topic === undefined ? undefined : dataTopic(topic)),
    ...equal('stage', stage),
    ...equal('run_id', runId),
    ...equal('state', status),
    ...(from === undefined ? [] : [`first_seen_at >= ${instant(from, 'from')}`]),
    ...(to === undefined ? [] : [`first_seen_at < ${instant(to, 'to')}`]),
  ];
  return parts.length === 0 ? 'true' : parts.join(' AND ');
}

function instant(text: string, name: string): string {
  return `from_iso8601_timestamp(${quoteText(new Date(parseInstant(text, name)).toISOString())})`;
}
