import { CurrentsError } from '../../core/errors';
import type { DbtNode } from './dbtResults';

/**
 * Trino's types as its own errors here take them (see trino/errors.ts), and what its client says of a
 * connection.
 */
const TRANSIENT = new RegExp(
  [
    'type=(?:INTERNAL_ERROR|EXTERNAL|INSUFFICIENT_RESOURCES)',
    'Max retries exceeded',
    'Connection refused',
    'Connection reset',
    'Read timed out',
    '50[234]',
  ].join('|'),
);

/** dbt built its tables and a test of them found rows that break a rule; nothing was published. */
export class DbtTestsFailedError extends CurrentsError {
  constructor(readonly failing: DbtNode[]) {
    super(
      `dbt: expected every test to pass, found ${failing.length} that did not: ${failing.map(describe).join('; ')}`,
      {
        code: 'DBT_TESTS_FAILED',
        kind: 'data',
        retryable: false,
        details: { nodes: failing.map(briefly) },
        hint:
          "Query the rows on the run's branch with the SQL of the test (run_results.json), " +
          'fix the data or the model, and run again.',
      },
    );
  }
}

/** A model could not be built: its SQL does not match the tables, or Trino failed while it ran. */
export class DbtModelsFailedError extends CurrentsError {
  constructor(readonly failing: DbtNode[]) {
    super(
      `dbt: expected every model to be built, found ${failing.length} in error: ${failing.map(describe).join('; ')}`,
      {
        code: 'DBT_MODELS_FAILED',
        kind: 'upstream',
        retryable: failing.every((node) => TRANSIENT.test(node.message)),
        details: { nodes: failing.map(briefly) },
        hint:
          'Read the message of the first model named. Columns that were removed or have another type: ' +
          'build whole tables with currents run <pipeline> --gold-only. A table that is missing: ' +
          'run refine before dbt.',
      },
    );
  }
}

/**
 * dbt ended before it ran a node: exit 2, or no results. Trino out of reach, a project that does not parse, a
 * kill from outside.
 */
export class DbtCrashedError extends CurrentsError {
  constructor(
    { code, signal }: { code: number | null; signal: NodeJS.Signals | null },
    reason: string,
    tail: string,
  ) {
    super(
      `dbt: expected exit code 0 or 1 and run_results.json, found ${signal ?? `exit code ${code}`}: ${reason}`,
      {
        // A signal came from outside, such as from a kernel short of memory, and says nothing about the
        // project.
        code: 'DBT_CRASHED',
        kind: 'upstream',
        retryable: signal !== null || TRANSIENT.test(reason),
        details: { tail: tail.slice(-4_000) },
        hint: "Check Trino and dbt: npx currents doctor. The last lines of dbt's output are in the details.",
      },
    );
  }
}

/** The page of the project could not be made; tables are not concerned. */
export class DbtDocsFailedError extends CurrentsError {
  constructor({ code, signal, tail }: { code: number | null; signal: NodeJS.Signals | null; tail: string }) {
    super(`dbt docs: expected exit code 0, found ${signal ?? `exit code ${code}`}`, {
      code: 'DBT_DOCS_FAILED',
      kind: 'internal',
      retryable: true,
      details: { tail: tail.slice(-4_000) },
      hint: 'Tables are not concerned. Run dbt parse: dbt/README.md. The next merge tries again.',
    });
  }
}

/** A changed range is not a pair of UTC instants in order. */
export class InvalidChangedRangeError extends CurrentsError {
  constructor(found: string) {
    super(
      'changed range: expected two UTC instants such as 2025-12-26T14:00:00Z, ' +
        `the first before the second, found ${found}`,
      {
        code: 'INVALID_CHANGED_RANGE',
        kind: 'internal',
        retryable: false,
        hint: 'Report this: the range comes from the refine job.',
      },
    );
  }
}

function describe(node: DbtNode): string {
  return `${node.name} (${node.failures ? `${node.failures} rows` : firstLine(node.message)})`;
}

function firstLine(message: string): string {
  return message.replace(/\s+/g, ' ').trim().slice(0, 300);
}

function briefly(node: DbtNode): Record<string, unknown> {
  return {
    name: node.name,
    status: node.status,
    failures: node.failures,
    message: node.message.slice(0, 500),
  };
}
