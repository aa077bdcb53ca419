import { Client, Connection } from '@temporalio/client';
import type { Config } from '../settings/config';

// Separate from the worker's connection: loading the worker's library costs a command a quarter of a second.

export function connectionOptions(config: Config): { address: string; tls?: boolean; apiKey?: string } {
  return {
    address: config.temporalAddress,
    tls: config.TEMPORAL_TLS || undefined,
    apiKey: config.TEMPORAL_API_KEY,
  };
}

/** The client and its connection; the caller closes the connection. */
export async function connectClient(config: Config): Promise<{ client: Client; connection: Connection }> {
  const connection = await Connection.connect({ ...connectionOptions(config), connectTimeout: '5 seconds' });
  return { client: new Client({ connection, namespace: config.TEMPORAL_NAMESPACE }), connection };
}
