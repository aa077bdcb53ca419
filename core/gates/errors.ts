import type { KafkaRange } from '../runs';
import { CurrentsError } from '../errors';

/** Suite files that can't be used; lists every problem of every file at once. */
export class InvalidSuiteError extends CurrentsError {
  constructor(problems: string[]) {
    super(
      'gate suites: expected the Great Expectations 1.x suite format with supported types, ' +
        `found:\n${problems.map((line) => `✖ ${line}`).join('\n')}`,
      {
        code: 'GATE_SUITE_INVALID',
        kind: 'user',
        retryable: false,
        details: { problems },
        hint: 'Correct each line; docs/gates.md lists the supported types and their kwargs.',
      },
    );
  }
}

/** An expectation cannot be compiled to SQL for this table; recorded as that expectation's failure. */
export class ExpectationNotApplicableError extends CurrentsError {
  constructor(suite: string, type: string, found: string) {
    super(`${suite}: ${type}: ${found}`, {
      code: 'GATE_EXPECTATION_NOT_APPLICABLE',
      kind: 'user',
      retryable: false,
      hint:
        'Correct the suite, or check whether the column still exists: `currents query "describe ' +
        '<catalog>.<schema>.<table>"`.',
    });
  }
}

/** The audited branch is not at the requested hash, so the verdict would be about other data. */
export class AuditedHashMovedError extends CurrentsError {
  constructor(branch: string, expected: string, found: string, when: 'before' | 'after') {
    super(`${branch}: expected hash ${expected} ${when} the gates ran, found ${found}`, {
      code: 'GATE_HASH_MOVED',
      kind: 'internal',
      retryable: false,
      details: { branch, expected, found },
      hint: 'Something wrote to the branch during the audit. Run the batch again; nothing was published.',
    });
  }
}

/** A critical expectation failed, or too many others did; main is untouched and the branch is kept. */
export class GateFailedError extends CurrentsError {
  /**
   * @param ranges Kafka ranges that the run had taken
   */
  constructor(runId: string, branch: string, failures: string[], ranges?: KafkaRange[]) {
    super(
      `run ${runId}: expected every gate to pass, found ${failures.length} failed: ` +
        `${failures.slice(0, 5).join('; ')}`,
      {
        code: 'GATE_FAILED',
        kind: 'data',
        retryable: false,
        details: { runId, branch, failures: failures.slice(0, 20), ...(ranges ? { ranges } : {}) },
        hint:
          `Look at branch ${branch} (npx currents branch diff ${branch}), fix the data, then: npx ` +
          `currents runs retry ${runId} --reason "..."`,
      },
    );
  }
}
