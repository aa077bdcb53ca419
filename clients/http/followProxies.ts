import { proxyVariables } from '../../settings/proxies';

/**
 * First act of each of our programs: what it connects to on loopback is reached directly, by itself and by
 * its children, and `fetch` uses the user's proxies for the rest, as Node does not by itself before version
 * 24. Without proxy variables nothing is loaded, since that would cost each command 40 ms.
 */
export async function followProxies(environment: NodeJS.ProcessEnv = process.env): Promise<void> {
  const variables = proxyVariables(environment);
  if (Object.keys(variables).length === 0) return;
  Object.assign(environment, variables);
  const { EnvHttpProxyAgent, setGlobalDispatcher } = await import('undici');
  const everywhere = variables['all_proxy'] ?? variables['ALL_PROXY'];
  setGlobalDispatcher(
    new EnvHttpProxyAgent({
      httpProxy: variables['http_proxy'] ?? variables['HTTP_PROXY'] ?? everywhere,
      httpsProxy: variables['https_proxy'] ?? variables['HTTPS_PROXY'] ?? everywhere,
      // Many proxies refuse to open a tunnel to a plain HTTP port.
      proxyTunnel: false,
    }),
  );
}
