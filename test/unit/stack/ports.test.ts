import net from 'node:net';
import { PortTakenError } from '../../../stack/errors';
import { isFree, requireFreePorts } from '../../../stack/ports';

describe('the check of ports', () => {
  let server: net.Server;
  let port: number;

  beforeEach(async () => {
    server = net.createServer();
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    port = (server.address() as net.AddressInfo).port;
  });
  afterEach(() => server.close());

  test('finds a port taken while a process listens on it, and free afterwards', async () => {
    expect(await isFree(port)).toBe(false);
    await new Promise((resolve) => {
      server.close(resolve);
    });
    expect(await isFree(port)).toBe(true);
  });

  test('stops with one error that names the port, the service and a way out', async () => {
    const refused = requireFreePorts([{ service: 'trino', name: 'trino', port }], 7230);
    await expect(refused).rejects.toThrow(PortTakenError);
    await expect(refused).rejects.toThrow(new RegExp(`port ${port} \\(trino\\): held by`));
    await expect(refused).rejects.toMatchObject({ hint: expect.stringContaining('CURRENTS_PORT_BASE=7330') });
  });
});
