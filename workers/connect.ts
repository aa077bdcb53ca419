import {
  NativeConnection,
  Runtime,
  DefaultLogger,
  makeTelemetryFilterString,
  type LogEntry,
} from '@temporalio/worker';
import pino, { type DestinationStream, type Logger } from 'pino';
import type { Config } from '../settings/config';
import { connectionOptions } from './connectClient';

/** One structured log for our own lines and the SDK's; secrets are never fields of it. */
export function createLogger(config: Pick<Config, 'CURRENTS_LOG_LEVEL'>, to?: DestinationStream): Logger {
  const options = {
    name: 'worker',
    level: config.CURRENTS_LOG_LEVEL,
    redact: [
      '*.secretAccessKey',
      '*.apiKey',
      '*.AWS_SECRET_ACCESS_KEY',
      '*.sessionToken',
      '*.AWS_SESSION_TOKEN',
    ],
    // The SDK's logs say `error` where pino looks for `err`, and an error is `{}` as plain JSON.
    serializers: { error: pino.stdSerializers.err },
  };
  return to ? pino(options, to) : pino(options);
}

/** The SDK's metrics in seconds and with `_total`: its defaults are milliseconds and bare names. */
export function installRuntime(config: Config, logger: Logger): void {
  const forward = ({ level, message, meta }: LogEntry): void => {
    const severity =
      level === 'TRACE' ? 'debug' : (level.toLowerCase() as 'debug' | 'info' | 'warn' | 'error');
    logger[severity](meta ?? {}, message);
  };
  Runtime.install({
    logger: new DefaultLogger('INFO', forward),
    telemetryOptions: {
      logging: { filter: makeTelemetryFilterString({ core: 'WARN', other: 'ERROR' }), forward: {} },
      metrics: {
        prometheus: {
          bindAddress: `127.0.0.1:${config.ports.sdkMetrics}`,
          countersTotalSuffix: true,
          unitSuffix: true,
          useSecondsForDurations: true,
        },
      },
    },
  });
}

export async function connectWorker(config: Config): Promise<NativeConnection> {
  return NativeConnection.connect(connectionOptions(config));
}
