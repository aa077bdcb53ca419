import { CurrentsError } from '../../core/errors';
import { snakeCased } from './snakeCase';

/** JSON and query results go to stdout, messages to users go to stderr. */
export function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

let hasPrinted = false;

/** Prints the object with every field in snake_case: the one case of the command line's JSON. */
export function printJson(value: unknown): void {
  hasPrinted = true;
  process.stdout.write(`${JSON.stringify(snakeCased(value), null, 2)}\n`);
}

/** Whether this process has printed JSON: a second document would make its output unreadable. */
export function hasPrintedJson(): boolean {
  return hasPrinted;
}

export interface Failure {
  code: string;
  message: string;
  hint: string;
  details: Record<string, unknown>;
}

/** The code, message and hint of whatever was thrown: one of ours, a workflow's failure, or a defect. */
export function failureOf(error: unknown): Failure {
  if (error instanceof CurrentsError)
    return { code: error.code, message: error.message, hint: error.hint, details: error.details };
  const coded = findCoded(error);
  if (coded) return coded;
  const message = error instanceof Error ? error.message : String(error);
  return {
    code: 'UNEXPECTED',
    message,
    hint: 'See npx currents logs worker, and the run in the Temporal UI.',
    details: {},
  };
}

/** A failed workflow wraps the original failure; its details carry our code. */
function findCoded(error: unknown): Failure | undefined {
  for (let current = error; current instanceof Error; current = current.cause) {
    const [detail] = ((current as { details?: unknown[] }).details ?? []) as {
      code?: string;
      hint?: string;
    }[];
    if (detail?.code)
      return { code: detail.code, message: current.message, hint: detail.hint ?? '', details: { ...detail } };
  }
  return undefined;
}

/** 2 for an invalid call, also when a workflow finds it; else 1. */
export function exitCodeOf(error: unknown): number {
  const kind = error instanceof CurrentsError ? error.kind : findCoded(error)?.details.kind;
  return kind === 'user' ? 2 : 1;
}

/**
 * Says what failed and, with `--json`, prints it: the one shape of a failed command.
 *
 * @returns the exit code
 */
export function reportFailure(error: unknown, asJson = false, more: Record<string, unknown> = {}): number {
  const { code, message, hint, details } = failureOf(error);
  if (asJson) printJson({ status: 'failed', ...more, code, message, hint, details });
  say(`${code}  ${message}\n  ${hint}`);
  return exitCodeOf(error);
}

/** The same for a command that starts a run: its id is null where none began. */
export function reportRunFailure(error: unknown, pipeline: string, asJson = false): number {
  const { runId = null } = failureOf(error).details;
  return reportFailure(error, asJson, { pipeline, run_id: runId });
}

type TableRow = (string | number | null)[];

/** How wide the columns of a table are, and which of them hold numbers. */
export interface TableLayout {
  /** The names and the line under them. */
  head: string;
  line(row: TableRow): string;
}

/** Widths of these rows; a longer cell of another row sticks out. */
export function tableLayout(header: string[], rows: TableRow[]): TableLayout {
  const widths = header.map((name, column) =>
    rows.reduce((width, row) => Math.max(width, textOf(row[column]).length), name.length),
  );
  const isNumeric = header.map(
    (_, column) =>
      rows.length > 0 && rows.every((row) => row[column] === null || typeof row[column] === 'number'),
  );
  const line = (row: TableRow): string =>
    row
      .map((cell, column) => {
        const [text, width] = [textOf(cell), widths[column]!];
        return isNumeric[column] ? text.padStart(width) : text.padEnd(width);
      })
      .join('  ')
      .trimEnd();
  return { head: [line(header), line(widths.map((width) => '-'.repeat(width)))].join('\n'), line };
}

/** Aligned columns, numbers to the right. */
export function table(header: string[], rows: TableRow[]): string {
  const { head, line } = tableLayout(header, rows);
  return [head, ...rows.map(line)].join('\n');
}

function textOf(cell: string | number | null | undefined): string {
  return cell === null || cell === undefined ? '-' : String(cell);
}
