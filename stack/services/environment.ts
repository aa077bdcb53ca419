import path from 'node:path';
import type { Config } from '../../settings/config';
import { proxyVariables } from '../../settings/proxies';

const PASSED_ON = [
  'PATH',
  'HOME',
  'USER',
  'TMPDIR',
  'TZ',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
  'NODE_EXTRA_CA_CERTS',
];

/** A JVM names files by the locale, and in the plain `C` one fails at a path that is not ASCII. */
export const UTF8_LOCALE = { LC_ALL: 'C.UTF-8' };

/** The environment variables that any program needs, without those that could change its behaviour. */
export function plainEnvironment(): Record<string, string> {
  const entries = PASSED_ON.map((name) => [name, process.env[name]] as const);
  const given = Object.fromEntries(
    entries.filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
  return { ...given, ...UTF8_LOCALE, ...proxyVariables() };
}

/** The keys under the names that the AWS clients of Trino and Spark look for. */
export function s3Environment(config: Config): Record<string, string> {
  return {
    AWS_ACCESS_KEY_ID: config.AWS_ACCESS_KEY_ID,
    AWS_SECRET_ACCESS_KEY: config.AWS_SECRET_ACCESS_KEY,
    AWS_REGION: config.S3_REGION,
    AWS_EC2_METADATA_DISABLED: 'true',
  };
}

/** Everything this process was given, with the home folder made absolute: for our own programs. */
export function ownEnvironment(config: Config): Record<string, string> {
  const given = Object.entries(process.env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  return {
    ...Object.fromEntries(given),
    ...proxyVariables(),
    ...s3Environment(config),
    CURRENTS_HOME: config.home,
    ...(config.pipelineFolders.length > 0
      ? { CURRENTS_PIPELINE_FOLDERS: config.pipelineFolders.join(path.delimiter) }
      : {}),
    CURRENTS_PORT_BASE: String(config.CURRENTS_PORT_BASE),
  };
}
