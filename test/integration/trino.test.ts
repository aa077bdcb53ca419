import { readConfig } from '../../settings/config';
import { TrinoClient } from '../../trino/client';
import { TrinoQueryKilledError, TrinoQueryTimeoutError, TrinoStatementError } from '../../trino/errors';
import { until } from './support/until';

/** Needs a running Trino (TRINO_URL, or the stack of CURRENTS_PORT_BASE). Reads no table. */
const trino = new TrinoClient({ server: readConfig().trinoUrl, user: 'currents', source: 'trino-test' });
const numbers = 'UNNEST(sequence(1, 10000))';
const ENDLESS =
  `SELECT count(*) FROM ${numbers} AS a(x), ${numbers} AS b(y), ${numbers} AS c(z) ` +
  'WHERE sin(x * y) > cos(z)';
jest.setTimeout(120_000);

async function stateOf(tag: string): Promise<string[]> {
  const response = await fetch(`${readConfig().trinoUrl}/v1/query`, {
    headers: { 'X-Trino-User': 'currents' },
  });
  const queries = (await response.json()) as { state: string; session: { clientTags: string[] } }[];
  return queries.filter((query) => query.session.clientTags.includes(tag)).map((query) => query.state);
}

const untilState = (tag: string, state: string): Promise<void> =>
  until(`a query of ${tag} that is ${state}`, async () => (await stateOf(tag)).join() === state);

describe('Trino on a real server', () => {
  it('hands over every kind of value unharmed', async () => {
    const { rows, columns } = await trino.runQuery(`
      SELECT BIGINT '8123456789012345678', DECIMAL '12345678901234567890.123456789',
        TIMESTAMP '2025-12-27 00:05:00.123456', from_iso8601_timestamp('2025-12-27T00:05:00+10:00'),
        nan(), MAP(ARRAY['a'], ARRAY[1]), CAST(NULL AS varchar), 'ü''"1234567890123456789'`);
    expect(rows).toEqual([
      [
        '8123456789012345678',
        '12345678901234567890.123456789',
        '2025-12-27 00:05:00.123456',
        '2025-12-27 00:05:00.000 +10:00',
        'NaN',
        { a: 1 },
        null,
        'ü\'"1234567890123456789',
      ],
    ]);
    expect(columns[2]?.type).toBe('timestamp(6)');
  });

  it('reads results of many pages to the end', async () => {
    const { rows } = await trino.runQuery(
      `SELECT x * 10000 + y, 'some text to fill pages with' FROM ${numbers} AS a(x), UNNEST(sequence(1, 5)) AS b(y)`,
    );
    expect(rows).toHaveLength(50_000);
  });

  it('says what is wrong with a statement', async () => {
    await expect(trino.runQuery('SELECT nothing FROM nowhere')).rejects.toBeInstanceOf(TrinoStatementError);
  });

  it('leaves no query behind when aborted', async () => {
    const tag = `abort-${Date.now()}`;
    const stop = new AbortController();
    const query = trino.runQuery(ENDLESS, { clientTags: [tag], signal: stop.signal });
    const outcome = expect(query).rejects.toThrow(/aborted/i);
    await untilState(tag, 'RUNNING');
    stop.abort();
    await outcome;
    await untilState(tag, 'FAILED');
  });

  it('leaves no query behind when its time is over', async () => {
    const tag = `late-${Date.now()}`;
    await expect(trino.runQuery(ENDLESS, { clientTags: [tag], timeout_ms: 2_000 })).rejects.toBeInstanceOf(
      TrinoQueryTimeoutError,
    );
    await untilState(tag, 'FAILED');
  });

  it('ends the queries of a tag', async () => {
    const tag = `kill-${Date.now()}`;
    const query = trino.runQuery(ENDLESS, { clientTags: [tag] });
    const outcome = expect(query).rejects.toBeInstanceOf(TrinoQueryKilledError);
    await untilState(tag, 'RUNNING');
    expect(await trino.killQueries({ tag }, 'test')).toHaveLength(1);
    await outcome;
  });
});
