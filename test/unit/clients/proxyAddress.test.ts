import { followProxies } from '../../../clients/http/followProxies';
import { proxyAddress } from '../../../clients/http/proxyAddress';

describe('a proxy variable', () => {
  it.each([
    [undefined, undefined],
    ['http://proxy.test:3128', 'http://proxy.test:3128'],
    ['HTTPS://proxy.test', 'HTTPS://proxy.test'],
    ['socks5://127.0.0.1:1080', 'socks5://127.0.0.1:1080'],
    ['socks5h://127.0.0.1:1080', 'socks5://127.0.0.1:1080'],
  ])('%s is the address %s', (value, expected) => {
    expect(proxyAddress(value)).toBe(expected);
  });

  it.each(['socks4://127.0.0.1:1080', 'ftp://proxy.test', 'http://', 'http://proxy.test:port'])(
    'that is %s is an error with the forms that are taken',
    (value) => {
      expect(() => proxyAddress(value)).toThrow(
        expect.objectContaining({ code: 'PROXY_UNUSABLE', kind: 'user', retryable: false }),
      );
    },
  );

  it('shows no password in its error', () => {
    expect(() => proxyAddress('socks4://me:word@proxy.test:1')).toThrow(
      /found socks4:\/\/\*\*\*@proxy.test:1$/,
    );
  });

  it('ends a program by that error, and not by one of the client', async () => {
    await expect(followProxies({ https_proxy: 'socks4://127.0.0.1:1080' })).rejects.toMatchObject({
      code: 'PROXY_UNUSABLE',
    });
  });
});
