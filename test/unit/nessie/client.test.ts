import { NessieClient } from '../../../nessie/client';
import {
  MisnamedMergeFieldError,
  NessieConflictError,
  NessieReferenceExistsError,
  NessieReferenceNotFoundError,
  NessieUnavailableError,
} from '../../../nessie/errors';
import type { MergeRequest } from '../../../nessie/merge';
import { commitAt } from '../../../nessie/model';
import { FakeNessieServer, type Reply } from './fakeNessieServer';

const servers: FakeNessieServer[] = [];

async function clientOf(
  replies: Reply[],
  options = {},
): Promise<{ client: NessieClient; server: FakeNessieServer }> {
  const server = new FakeNessieServer(replies);
  servers.push(server);
  return { client: new NessieClient(await server.start(), options), server };
}

const branch = (name: string, hash: string) => ({ reference: { type: 'BRANCH', name, hash } });
const refused = (status: number, errorCode: string, message = 'said the server'): Reply => ({
  status,
  body: { status, errorCode, message },
});
const merge: MergeRequest = {
  from: 'slot_1',
  fromHash: 'aa',
  into: 'main',
  expectedIntoHash: 'bb',
  message: 'm',
};

afterEach(async () => Promise.all(servers.splice(0).map((server) => server.stop())));

describe('NessieClient', () => {
  it('escapes branch names with slashes', async () => {
    const { client, server } = await clientOf([{ body: branch('work/r 1/1', 'aa') }]);
    await client.getReference('work/r 1/1');
    expect(server.seen[0]?.path).toBe('/api/v2/trees/work%2Fr%201%2F1');
  });

  it('follows pages and keeps only the prefix asked for', async () => {
    const reference = (name: string) => ({ type: 'BRANCH', name, hash: 'aa' });
    const { client, server } = await clientOf([
      { body: { hasMore: true, token: 't 1', references: [reference('slot_1'), reference('main')] } },
      { body: { hasMore: false, token: null, references: [reference('slot_2')] } },
    ]);
    expect((await client.listReferences('slot_')).map((found) => found.name)).toEqual(['slot_1', 'slot_2']);
    expect(server.seen[1]?.path).toContain('page-token=t+1');
  });

  it('carries a snapshot id of 63 bits from what it reads to what it commits', async () => {
    const { client, server } = await clientOf([
      {
        body:
          '{"contents":[{"key":{"elements":["t"]},"content":{"type":"ICEBERG_TABLE","id":"a",' +
          '"snapshotId":5278273357968670575}}]}',
      },
      { body: { targetBranch: branch('main', 'bb').reference } },
    ]);
    const content = (await client.getContents({ name: 'main' }, ['t'])).get('t')!;
    await client.commit({ name: 'main', hash: 'aa' }, 'move', [
      { type: 'PUT', key: { elements: ['u'] }, content },
    ]);
    expect(server.seen[1]?.text).toContain('"snapshotId":5278273357968670575');
  });

  it('lists what a commit holds by its hash alone, page after page', async () => {
    const table = (name: string) => ({
      name: { elements: ['nem', name] },
      content: { type: 'ICEBERG_TABLE', id: name, metadataLocation: `s3://x/${name}` },
    });
    const { client, server } = await clientOf([
      { body: { hasMore: true, token: 't', entries: [table('a')] } },
      { body: { hasMore: false, token: null, entries: [table('b')] } },
    ]);
    expect(
      [...(await client.listContents(commitAt('aa')))].map(([key, { metadataLocation }]) => [
        key,
        metadataLocation,
      ]),
    ).toEqual([
      ['nem.a', 's3://x/a'],
      ['nem.b', 's3://x/b'],
    ]);
    expect(server.seen[0]?.path).toMatch(/^\/api\/v2\/trees\/@aa\/entries\?content=true/);
  });

  it('sends the merge fields the server reads', async () => {
    const { client, server } = await clientOf([
      { body: { wasApplied: false, wasSuccessful: true, details: [] } },
    ]);
    await client.merge({ ...merge, isDryRun: true });
    expect(server.seen[0]?.body).toMatchObject({
      isDryRun: true,
      isReturnConflictAsResult: true,
      fromHash: 'aa',
    });
    expect(server.seen[0]?.path).toBe('/api/v2/trees/main@bb/history/merge');
  });

  it.each(['dryRun', 'returnConflictAsResult', 'fetchAdditionalInfo'])(
    'refuses %s, which the server ignores',
    async (field) => {
      const { client, server } = await clientOf([]);
      await expect(client.merge({ ...merge, [field]: true } as MergeRequest)).rejects.toBeInstanceOf(
        MisnamedMergeFieldError,
      );
      expect(server.seen).toEqual([]);
    },
  );

  it.each([
    [refused(404, 'REFERENCE_NOT_FOUND'), NessieReferenceNotFoundError, false],
    [refused(409, 'REFERENCE_ALREADY_EXISTS'), NessieReferenceExistsError, false],
    [refused(409, 'REFERENCE_CONFLICT'), NessieConflictError, true],
    [refused(503, 'UNKNOWN'), NessieUnavailableError, true],
    [refused(429, 'TOO_MANY_REQUESTS'), NessieUnavailableError, true],
    [{ status: 404, body: '<html>not Nessie</html>' }, NessieUnavailableError, true],
    [{ status: 200, body: { hello: 'world' } }, NessieUnavailableError, true],
  ])('names the condition behind %j', async (reply, type, retryable) => {
    const { client } = await clientOf([reply]);
    const error: unknown = await client.getReference('main').catch((found: unknown) => found);
    expect(error).toBeInstanceOf(type);
    expect(error).toMatchObject({ retryable, hint: expect.stringMatching(/./) });
  });

  it('says that a server is away', async () => {
    const client = new NessieClient('http://127.0.0.1:1/api/v2');
    await expect(client.getReference('main')).rejects.toThrow(
      /expected an answer from Nessie, found .*127\.0\.0\.1:1/,
    );
  });

  it('gives up on a slow answer', async () => {
    const { client } = await clientOf([{ body: branch('main', 'aa'), delay_ms: 2_000 }], { timeout_ms: 50 });
    await expect(client.getReference('main')).rejects.toBeInstanceOf(NessieUnavailableError);
  });

  it('rejects with the reason of an abort', async () => {
    const { client } = await clientOf([{ body: branch('main', 'aa'), delay_ms: 2_000 }]);
    const controller = new AbortController();
    setTimeout(() => controller.abort(new Error('cancelled')), 20);
    await expect(client.with({ signal: controller.signal }).getReference('main')).rejects.toThrow(
      'cancelled',
    );
  });

  it('takes an assignment whose answer was lost as done', async () => {
    const { client } = await clientOf([
      refused(409, 'REFERENCE_CONFLICT'),
      { body: branch('slot_1', 'new') },
    ]);
    await expect(client.assignBranch('slot_1', 'old', { name: 'main', hash: 'new' })).resolves.toMatchObject({
      hash: 'new',
    });
  });

  it("rejects an assignment over another client's", async () => {
    const { client } = await clientOf([
      refused(409, 'REFERENCE_CONFLICT'),
      { body: branch('slot_1', 'other') },
    ]);
    await expect(client.assignBranch('slot_1', 'old', { name: 'main', hash: 'new' })).rejects.toBeInstanceOf(
      NessieConflictError,
    );
  });
});
