import { Client, Connection } from '@temporalio/client';
import type { Config } from '../config';
import type { KeyRing } from '../crypto/keyring';
import { createDataConverter } from './data-converter';

export interface TemporalConnection {
  client: Client;
  connection: Connection;
  close(): Promise<void>;
}

/**
 * A client that connects when it is first used, so that the hub starts, and takes webhooks, while Temporal is away.
 * @throws Error when the configuration has no address: the embedded server's must have been put in by then
 */
export async function connectTemporal(
  config: Pick<Config, 'temporal'>,
  ring: KeyRing,
): Promise<TemporalConnection> {
  const { address, namespace, apiKey, tls, metadata } = config.temporal;
  if (address === null) throw new Error('TEMPORAL_ADDRESS is not set and no embedded server was started');
  const connection = Connection.lazy({
    address,
    ...(apiKey !== undefined && { apiKey }),
    ...(tls !== undefined && { tls }),
    ...(metadata !== undefined && { metadata: { ...metadata } }),
    // Measured: with gRPC's own settings a client needs 23 s after the server's return, with this 1.6 s (design D2).
    channelArgs: { 'grpc.initial_reconnect_backoff_ms': 250, 'grpc.max_reconnect_backoff_ms': 2000 },
  });
  const client = new Client({ connection, namespace, dataConverter: createDataConverter(ring) });
  return { client, connection, close: () => connection.close() };
}
