import { NO_ROWS_NOTE, NOT_TOUCHED_NOTE, type ExpectationResult, type SuiteResult } from './result';

const MARKS: Record<string, string> = { critical: '✗', error: '✗', warning: '⚠', info: 'ℹ' };
const SAMPLES_SHOWN = 3;
const NOTES: Record<string, string> = {
  [NO_ROWS_NOTE]: 'no rows in scope',
  [NOT_TOUCHED_NOTE]: 'not touched by this run',
};

export interface GateLines {
  /** Failed critical and error expectations. */
  failures: string[];
  /** Failed warnings and infos. */
  warnings: string[];
  /** Tables whose scope held no rows, or that the run did not touch. */
  notes: string[];
}

/**
 * One Markdown line per failed expectation: `✗ nem.bronze_dispatch: SCADAVALUE column missing: 493 of 493
 * rows`.
 */
export function gateLines(suites: SuiteResult[]): GateLines {
  const lines: GateLines = { failures: [], warnings: [], notes: [] };
  for (const suite of suites) {
    for (const result of suite.results) {
      const note = NOTES[result.expectation_config.type];
      if (note !== undefined) lines.notes.push(`ℹ ${suite.meta.table}: ${note}`);
      if (result.success || isRepeated(result, suite.results)) continue;
      const isFailure = ['critical', 'error'].includes(result.expectation_config.severity);
      lines[isFailure ? 'failures' : 'warnings'].push(lineOf(suite.meta.table, result));
    }
  }
  return lines;
}

/** One cause, such as a missing table, fails many expectations alike; the first line reports it for all. */
function isRepeated(result: ExpectationResult, all: ExpectationResult[]): boolean {
  const cause = result.exception_info.exception_message;
  return cause !== null && all.find((other) => other.exception_info.exception_message === cause) !== result;
}

function lineOf(table: string, result: ExpectationResult): string {
  const { severity } = result.expectation_config;
  const counted = result.exception_info.raised_exception
    ? `could not be evaluated: ${result.exception_info.exception_message}`
    : countedOf(result);
  return (
    [`${MARKS[severity] ?? '✗'} ${table}`, titleOf(result), counted]
      .filter((part) => part !== '')
      .join(': ') + samplesOf(result)
  );
}

/** The suite's own title, or the type without its prefix and its column. */
export function titleOf({ expectation_config: config }: ExpectationResult): string {
  const own = config.meta['title'];
  if (typeof own === 'string') return own;
  return [config.type.replace(/^(currents_)?expect_/, '').replaceAll('_', ' '), columnOfKwargs(config.kwargs)]
    .filter(Boolean)
    .join(' ');
}

export function columnOfKwargs(kwargs: Record<string, unknown>): string | null {
  const named =
    kwargs['column'] ??
    kwargs['column_list'] ??
    (kwargs['column_A'] && [kwargs['column_A'], kwargs['column_B']]);
  if (Array.isArray(named)) return named.join(', ');
  return typeof named === 'string' ? named : null;
}

function countedOf({ result }: ExpectationResult): string {
  const { element_count: all = 0, unexpected_count: bad = 0, observed_value: observed } = result;
  if (all > 0 && bad > 0) return `${bad} of ${all} rows`;
  if (bad > 0 && observed === undefined) return `${bad} rows`;
  return observed === undefined ? '' : `found ${JSON.stringify(observed)}`;
}

function samplesOf({ result }: ExpectationResult): string {
  const samples = result.partial_unexpected_list ?? [];
  return samples.length === 0 ? '' : `; e.g. ${samples.slice(0, SAMPLES_SHOWN).map(readable).join(' | ')}`;
}

function readable(sample: unknown): string {
  if (typeof sample !== 'object' || sample === null) return String(sample);
  return Object.entries(sample)
    .filter(([, value]) => value !== null)
    .map(([name, value]) => `${name}=${typeof value === 'object' ? JSON.stringify(value) : String(value)}`)
    .join(' ');
}
