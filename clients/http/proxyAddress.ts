import { ProxyUnusableError } from './errors';

const KNOWN = /^(https?|socks5?):$/;

/**
 * The address of a proxy as our client of HTTP takes it. By `socks5h` other programs have the proxy look up
 * names, as `socks5` means here.
 *
 * @throws ProxyUnusableError
 */
export function proxyAddress(value: string | undefined): string | undefined {
  if (value === undefined) return undefined;
  const address = value.replace(/^socks5h:/i, 'socks5:');
  if (!URL.canParse(address) || !KNOWN.test(new URL(address).protocol)) throw new ProxyUnusableError(value);
  return address;
}
