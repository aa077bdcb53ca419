import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { StatementCount } from '../../../bench/statements';

const query = (queryId: string, ...clientTags: string[]) => ({
  queryId,
  state: 'FINISHED',
  session: { source: 'x', clientTags },
});

describe('statements of a run', () => {
  it('are counted once each, by the run and step that their tags name', async () => {
    const lists = [
      [
        query('1', 'r1', 'gates', 'bronze', 'silver'),
        query('2', 'currents', 'dbt', 'run:nem/r1'),
        query('3'),
      ],
      [
        query('2', 'currents', 'dbt', 'run:nem/r1'),
        query('4', 'r1', 'gates', 'gold'),
        query('5', 'currents', 'dbt', 'run:nem/r2'),
        query('6', 'r1', 'gate-results'),
        query('7', 'currents', 'dbt', 'run:nem/r1'),
      ],
    ];
    const server = http.createServer(({ headers }, response) =>
      response.end(JSON.stringify(headers['x-trino-user'] === 'currents' ? lists.shift() : [])),
    );
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    try {
      const count = new StatementCount(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
      await count.look();
      await count.look();
      const found = count.perRun(['r1']).map(({ name, value }) => [name, value]);
      expect(found).toEqual([
        ['statements in Trino, all steps', 5],
        ['statements in Trino, gates bronze and silver', 1],
        ['statements in Trino, dbt', 2],
        ['statements in Trino, gates gold', 1],
        ['statements in Trino, merge', 1],
      ]);
    } finally {
      server.close();
    }
  });
});
