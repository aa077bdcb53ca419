import type { Client } from '@temporalio/client';
import { readConfig, type Config } from '../../settings/config';
import { connectClient, connectionOptions } from '../../workers/connectClient';
import { StackNotRunningError } from './errors';

export interface Session {
  config: Config;
  client: Client;
}

/** Runs a command against Temporal and always closes the connection. */
export async function withTemporal<T>(run: (session: Session) => Promise<T>): Promise<T> {
  const config = readConfig();
  const { client, connection } = await connectClient(config).catch((error: unknown) => {
    throw new StackNotRunningError('Temporal', connectionOptions(config).address, error);
  });
  try {
    return await run({ config, client });
  } finally {
    await connection.close();
  }
}
