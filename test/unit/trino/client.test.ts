import { TrinoClient } from '../../../trino/client';
import {
  TrinoExternalError,
  TrinoInternalError,
  TrinoQueryKilledError,
  TrinoQueryTimeoutError,
  TrinoRefusedError,
  TrinoResourcesError,
  TrinoStatementError,
  TrinoUnavailableError,
} from '../../../trino/errors';
import { asRecords } from '../../../trino/records';
import { FakeTrinoServer, type TrinoReply } from './fakeTrinoServer';

const servers: FakeTrinoServer[] = [];
const columns = [{ name: 'n', type: 'bigint' }];
const started: TrinoReply = { body: { id: 'q1', nextUri: 'NEXT' } };
const failed = (errorName: string, errorType: string): TrinoReply => ({
  body: { id: 'q1', error: { errorName, errorType, errorCode: 1, message: 'line 1:8: it went wrong' } },
});

async function serve(...replies: TrinoReply[]): Promise<{ client: TrinoClient; server: FakeTrinoServer }> {
  const server = await new FakeTrinoServer(replies).start();
  servers.push(server);
  return { client: new TrinoClient({ server: server.address, user: 'currents', catalog: 'lake' }), server };
}

afterEach(async () => Promise.all(servers.splice(0).map((server) => server.stop())));

describe('TrinoClient', () => {
  it('gathers the rows of all pages, with columns and query id', async () => {
    const { client } = await serve(
      started,
      { body: { id: 'q1', columns, data: [[1], [2]], nextUri: 'NEXT' } },
      { body: { id: 'q1', nextUri: 'NEXT' } },
      { body: { id: 'q1', columns, data: [[3]] } },
    );
    const result = await client.runQuery('select n from t');
    expect(result).toMatchObject({ columns, rows: [[1], [2], [3]], queryId: 'q1' });
    expect(asRecords(result)).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }]);
  });

  it('tells the server who asks, what for and in which time zone', async () => {
    const { client, server } = await serve(started, { body: { id: 'q1' } });
    await client.runQuery('select 1', {
      user: 'ann',
      source: 'gates',
      clientTags: ['run 1,a'],
      sessionProperties: { query_max_run_time: '5m, 1' },
    });
    expect(server.seen[0]?.headers).toMatchObject({
      'x-trino-user': 'ann',
      'x-trino-source': 'gates',
      'x-trino-catalog': 'lake',
      'x-trino-client-tags': 'run_1_a',
      'x-trino-session': 'query_max_run_time=5m%2C%201',
      'x-trino-time-zone': 'UTC',
    });
  });

  it('keeps integers that a number cannot hold', async () => {
    const { client } = await serve(started, {
      body:
        '{"id":"q1","columns":[{"name":"n","type":"bigint"}],"data":[[8123456789012345678],' +
        '["12345678901234567890, 1"],[0.1234567890123456789],[9007199254740991]]}',
    });
    expect((await client.runQuery('select n')).rows).toEqual([
      ['8123456789012345678'],
      ['12345678901234567890, 1'],
      [0.12345678901234568],
      [9007199254740991],
    ]);
  });

  it.each([
    ['COLUMN_NOT_FOUND', 'USER_ERROR', TrinoStatementError, false],
    ['EXCEEDED_TIME_LIMIT', 'INSUFFICIENT_RESOURCES', TrinoResourcesError, true],
    ['GENERIC_INTERNAL_ERROR', 'INTERNAL_ERROR', TrinoInternalError, true],
    ['ICEBERG_CATALOG_ERROR', 'EXTERNAL', TrinoExternalError, true],
    ['ADMINISTRATIVELY_KILLED', 'USER_ERROR', TrinoQueryKilledError, true],
  ])('raises %s of type %s as an error of its own', async (errorName, errorType, type, retryable) => {
    const { client } = await serve(started, failed(errorName, errorType));
    const error: unknown = await client.runQuery('select').catch((found: unknown) => found);
    expect(error).toBeInstanceOf(type);
    expect(error).toMatchObject({
      retryable,
      failure: { queryId: 'q1', errorName },
      hint: expect.stringMatching(/./),
    });
  });

  it('raises a failure that comes with the very first answer', async () => {
    const { client } = await serve(failed('SYNTAX_ERROR', 'USER_ERROR'));
    await expect(client.runQuery('selec')).rejects.toThrow('SYNTAX_ERROR: line 1:8: it went wrong');
  });

  it('polls again when the server asks to', async () => {
    const { client } = await serve(
      started,
      { status: 503, body: 'busy' },
      { status: 502, body: '' },
      { body: { id: 'q1', columns, data: [[1]] } },
    );
    expect((await client.runQuery('select 1')).rows).toEqual([[1]]);
  });

  it('ends the query on the server when aborted, and rejects with the reason', async () => {
    const { client, server } = await serve(started, { body: { id: 'q1', nextUri: 'NEXT' }, delay_ms: 5_000 });
    const controller = new AbortController();
    setTimeout(() => controller.abort(new Error('cancelled by an operator')), 100);
    await expect(client.runQuery('select 1', { signal: controller.signal })).rejects.toThrow(
      'cancelled by an operator',
    );
    expect(server.cancelled).toEqual(['/v1/query/q1']);
  });

  it('starts nothing when aborted before', async () => {
    const { client, server } = await serve();
    await expect(
      client.runQuery('select 1', { signal: AbortSignal.abort(new Error('too late')) }),
    ).rejects.toThrow('too late');
    expect(server.seen).toEqual([]);
  });

  it('ends a query that runs past its time', async () => {
    const { client, server } = await serve(started, { body: { id: 'q1', nextUri: 'NEXT' }, delay_ms: 5_000 });
    await expect(client.runQuery('select 1', { timeout_ms: 100 })).rejects.toBeInstanceOf(
      TrinoQueryTimeoutError,
    );
    expect(server.cancelled).toEqual(['/v1/query/q1']);
  });

  it('fails, and ends the query, when there are more rows than it may gather', async () => {
    const { client, server } = await serve(started, {
      body: { id: 'q1', columns, data: [[1], [2], [3]], nextUri: 'NEXT' },
    });
    await expect(client.runQuery('select n', { maxRows: 2 })).rejects.toMatchObject({
      code: 'TRINO_ROW_CAP',
      kind: 'internal',
      retryable: false,
      details: { queryId: 'q1', cap: 2 },
    });
    expect(server.cancelled).toEqual(['/v1/query/q1']);
  });

  it('ends the query when a reader of pages leaves early', async () => {
    const { client, server } = await serve(started, {
      body: { id: 'q1', columns, data: [[1]], nextUri: 'NEXT' },
    });
    for await (const page of client.pages('select n')) {
      expect(page.rows).toEqual([[1]]);
      break;
    }
    expect(server.cancelled).toEqual(['/v1/query/q1']);
  });

  it('says that the coordinator is away', async () => {
    await expect(
      new TrinoClient({ server: 'http://127.0.0.1:1', user: 'u' }).runQuery('select 1'),
    ).rejects.toBeInstanceOf(TrinoUnavailableError);
  });

  it('says that the coordinator refuses the caller', async () => {
    const { client } = await serve({ status: 401, body: 'Unauthorized: who are you' });
    await expect(client.runQuery('select 1')).rejects.toThrow(TrinoRefusedError);
  });

  it('does not carry a session from one statement into the next', async () => {
    const { client, server } = await serve(started, { body: { id: 'q1' } }, started, { body: { id: 'q1' } });
    await client.runQuery('select 1', { sessionProperties: { a: 'b' } });
    await client.runQuery('select 1');
    expect(server.seen[2]?.headers).not.toHaveProperty('x-trino-session');
  });

  it('ends the running queries of a tag, and only those', async () => {
    const query = (queryId: string, state: string, tag: string) => ({
      queryId,
      state,
      session: { source: 's', clientTags: [tag] },
    });
    const { client, server } = await serve(
      { body: [query('q7', 'RUNNING', 'r1'), query('q8', 'FINISHED', 'r1'), query('q9', 'RUNNING', 'r2')] },
      started,
      { body: { id: 'q1' } },
    );
    expect(await client.killQueries({ tag: 'r1' }, "run's end")).toEqual(['q7']);
    expect(server.seen[1]?.body).toBe("CALL system.runtime.kill_query('q7', 'run''s end')");
  });
});
