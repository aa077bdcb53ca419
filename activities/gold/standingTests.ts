import type { DbtNode } from '../../clients/dbt/dbtResults';
import { DbtTestsFailedError } from '../../clients/dbt/errors';
import { TrinoStatementError } from '../../trino/errors';
import type { Ask } from '../gates/suiteRun';

/**
 * Builds until no test fails but those that fail on the target branch by the same rows: what an operator
 * merged by override must not fail every later run that touches it. Each further build leaves the standing
 * tests out, because dbt does not build the models behind a failed test.
 *
 * @returns the last build, and the names of the standing tests.
 * @throws DbtTestsFailedError with the tests that fail by other rows.
 */
export async function buildPastStanding<T>(
  build: (without: readonly string[]) => Promise<T>,
  isStanding: (test: DbtNode) => Promise<boolean>,
): Promise<{ built: T; standing: string[] }> {
  const standing: string[] = [];
  for (;;) {
    try {
      return { built: await build(standing), standing };
    } catch (error) {
      if (!(error instanceof DbtTestsFailedError)) throw error;
      const isKnown = await Promise.all(error.failing.map(isStanding));
      const others = error.failing.filter((_, index) => !isKnown[index]);
      if (others.length > 0) throw new DbtTestsFailedError(others);
      standing.push(...error.failing.map(({ name }) => name));
    }
  }
}

/**
 * True when the rows that fail a test in a catalog are among those that fail it in the base catalog. A table
 * that the base does not have yet has no standing rows.
 */
export async function failsAlike(test: DbtNode, catalog: string, base: string, ask: Ask): Promise<boolean> {
  const found = test.sql?.trim().replace(/;$/, '');
  if (!found) return false;
  const known = found.replaceAll(`"${catalog}".`, `"${base}".`);
  if (known === found) return false;
  try {
    const { rows } = await ask(
      `SELECT count(*) FROM (SELECT * FROM (${found}) EXCEPT SELECT * FROM (${known}))`,
    );
    return Number(rows[0]?.[0]) === 0;
  } catch (error) {
    if (error instanceof TrinoStatementError) return false;
    throw error;
  }
}
