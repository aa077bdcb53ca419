import { proxyVariables } from '../../../settings/proxies';

const PROXY = 'http://proxy.test:3128';
const LOOPBACK = 'localhost,127.0.0.1,::1,[::1]';

describe('proxyVariables', () => {
  test('is empty without a proxy, whatever the exceptions', () => {
    expect(proxyVariables({ no_proxy: 'a.test', http_proxy: '' })).toEqual({});
  });

  test.each(['http_proxy', 'https_proxy', 'grpc_proxy', 'all_proxy', 'HTTP_PROXY', 'ALL_PROXY'])(
    'keeps %s and excepts loopback under every name a program looks for',
    (name) => {
      expect(proxyVariables({ [name]: PROXY, PATH: '/bin' })).toEqual({
        [name]: PROXY,
        no_proxy: LOOPBACK,
        NO_PROXY: LOOPBACK,
        no_grpc_proxy: LOOPBACK,
      });
    },
  );

  test.each([
    ['proxy.test:3128', 'http://proxy.test:3128'],
    ['10.0.0.1:3128', 'http://10.0.0.1:3128'],
    ['me:word@proxy.test:3128', 'http://me:word@proxy.test:3128'],
    ['socks5h://proxy.test:1080', 'socks5h://proxy.test:1080'],
  ])('gives %s to each program as %s', (value, expected) => {
    expect(proxyVariables({ https_proxy: value })).toMatchObject({ https_proxy: expected });
  });

  test("adds to the user's exceptions, of either spelling, and takes none away", () => {
    const { no_proxy, NO_PROXY, no_grpc_proxy } = proxyVariables({
      http_proxy: PROXY,
      NO_PROXY: '.corp.test, 127.0.0.1',
      no_grpc_proxy: 'temporal.test',
    });
    expect(no_proxy).toBe('.corp.test,127.0.0.1,localhost,::1,[::1]');
    expect(NO_PROXY).toBe(no_proxy);
    expect(no_grpc_proxy).toBe(`temporal.test,${LOOPBACK}`);
  });

  test('leaves the exception of everything alone', () => {
    expect(proxyVariables({ http_proxy: PROXY, no_proxy: '*' })).toMatchObject({
      no_proxy: '*',
      NO_PROXY: '*',
    });
  });

  test('may be repeated by a child', () => {
    const once = proxyVariables({ http_proxy: PROXY });
    expect(proxyVariables(once)).toEqual(once);
  });
});
