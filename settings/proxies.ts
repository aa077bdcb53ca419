/**
 * The stack listens on loopback only, where no proxy can reach it. The forms differ by program: a URL's host
 * keeps the brackets of an IPv6 address.
 */
const LOOPBACK = ['localhost', '127.0.0.1', '::1', '[::1]'];
/** grpc-js reads the last one in place of the others where it is set. */
const EXCEPTIONS = ['no_proxy', 'NO_PROXY', 'no_grpc_proxy'];
const PROXIES = ['http_proxy', 'https_proxy', 'grpc_proxy', 'all_proxy'];

/**
 * The proxy variables of an environment, with loopback in the no-proxy list; empty without a proxy. For child
 * processes, since most programs would send even requests for 127.0.0.1 to the proxy.
 */
export function proxyVariables(environment: NodeJS.ProcessEnv = process.env): Record<string, string> {
  const given = Object.fromEntries(
    PROXIES.flatMap((name) => [name, name.toUpperCase()]).flatMap((name) =>
      environment[name] ? [[name, withScheme(environment[name])] as const] : [],
    ),
  );
  return Object.keys(given).length === 0 ? {} : { ...given, ...exceptions(environment) };
}

/** Some programs take an address without a scheme as HTTP, and others leave it out with a message or fail. */
function withScheme(value: string): string {
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(value) ? value : `http://${value}`;
}

/** Both spellings, since each program looks for one of them. Repeating it adds nothing. */
function exceptions(environment: NodeJS.ProcessEnv): Record<string, string> {
  const general = environment['no_proxy'] || environment['NO_PROXY'];
  const entries = EXCEPTIONS.map((name) => [name, environment[name] || general] as const);
  return Object.fromEntries(entries.map(([name, value]) => [name, withLoopback(value)]));
}

function withLoopback(value = ''): string {
  if (value.trim() === '*') return value;
  return [...new Set([...value.split(/[,\s]+/).filter(Boolean), ...LOOPBACK])].join(',');
}
