import { proxyVariables } from '../../settings/proxies';
import { proxyAddress } from './proxyAddress';

/**
 * Called first in each of our programs: it and its children reach loopback directly, and `fetch` uses the
 * user's proxies for the rest, which Node does by itself only from version 24. Loads nothing without proxy
 * variables, since that would cost each command 40 ms.
 */
export async function followProxies(environment: NodeJS.ProcessEnv = process.env): Promise<void> {
  const variables = proxyVariables(environment);
  if (Object.keys(variables).length === 0) return;
  Object.assign(environment, variables);
  const { EnvHttpProxyAgent, setGlobalDispatcher } = await import('undici');
  const everywhere = variables['all_proxy'] ?? variables['ALL_PROXY'];
  setGlobalDispatcher(
    new EnvHttpProxyAgent({
      httpProxy: proxyAddress(variables['http_proxy'] ?? variables['HTTP_PROXY'] ?? everywhere),
      httpsProxy: proxyAddress(variables['https_proxy'] ?? variables['HTTPS_PROXY'] ?? everywhere),
      // Many proxies refuse to open a tunnel to a plain HTTP port.
      proxyTunnel: false,
    }),
  );
}
