import { ProxyUnusableError } from './errors';

const SCHEME = /^[a-z][a-z0-9+.-]*:\/\//i;
const KNOWN = /^(https?|socks5?):$/;

/**
 * A proxy variable as an address. Other programs take one without a scheme as HTTP, and `socks5h`, by which
 * the proxy looks names up; it does so for `socks5` here.
 *
 * @throws ProxyUnusableError
 */
export function proxyAddress(value: string | undefined): string | undefined {
  if (value === undefined) return undefined;
  const address = SCHEME.test(value) ? value.replace(/^socks5h:/i, 'socks5:') : `http://${value}`;
  if (!URL.canParse(address) || !KNOWN.test(new URL(address).protocol)) throw new ProxyUnusableError(value);
  return address;
}
