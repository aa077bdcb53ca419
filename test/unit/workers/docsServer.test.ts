import { once } from 'node:events';
import fs from 'node:fs';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { serveDocs } from '../../../workers/docsServer';

describe('the server of dbt docs', () => {
  let folder: string;
  let server: Server;
  let url: string;
  beforeEach(async () => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'currents-docs-'));
    server = serveDocs({ port: 0, folder });
    await once(server, 'listening');
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterEach(() => {
    server.close();
    fs.rmSync(folder, { recursive: true, force: true });
  });

  it('says when the page will be there, and then serves it', async () => {
    const before = await fetch(url);
    expect([before.status, await before.text()]).toEqual([404, expect.stringContaining('first merge')]);
    fs.writeFileSync(path.join(folder, 'index.html'), '<html>größe</html>');
    const after = await fetch(`${url}/index.html?page=1#!/model`);
    expect([after.status, after.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    expect(await after.text()).toBe('<html>größe</html>');
  });

  it('serves no other file, takes no orders, and listens on loopback alone', async () => {
    fs.writeFileSync(path.join(folder, 'stamp'), 'secret');
    for (const other of ['/stamp', '/../stamp', '/%2e%2e/stamp'])
      expect((await fetch(url + other)).status).toBe(404);
    expect((await fetch(url, { method: 'POST' })).status).toBe(405);
    expect((server.address() as AddressInfo).address).toBe('127.0.0.1');
  });
});
