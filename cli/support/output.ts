import { CurrentsError } from '../../core/errors';
import { snakeCased } from './snakeCase';

/** JSON and query results go to stdout, everything said to a person goes to stderr. */
export function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** Prints the object with every field in snake_case: the one case of the command line's JSON. */
export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(snakeCased(value), null, 2)}\n`);
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

/** A failed workflow wraps the failure that tells; it is the one whose details carry our code. */
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

/** 2 where the call itself does not fit, as a workflow may find too; else 1. */
export function exitCodeOf(error: unknown): number {
  const kind = error instanceof CurrentsError ? error.kind : findCoded(error)?.details.kind;
  return kind === 'user' ? 2 : 1;
}

/** Aligned columns, numbers to the right. */
export function table(header: string[], rows: (string | number | null)[][]): string {
  const texts = [header, ...rows.map((row) => row.map((cell) => (cell === null ? '-' : String(cell))))];
  const widths = header.map((_, column) => Math.max(...texts.map((row) => row[column]!.length)));
  const isNumeric = header.map(
    (_, column) =>
      rows.length > 0 && rows.every((row) => row[column] === null || typeof row[column] === 'number'),
  );
  const line = (row: string[]): string =>
    row
      .map((cell, column) =>
        isNumeric[column] ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!),
      )
      .join('  ')
      .trimEnd();
  return [line(texts[0]!), line(widths.map((width) => '-'.repeat(width))), ...texts.slice(1).map(line)].join(
    '\n',
  );
}
