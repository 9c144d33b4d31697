import { Client, Connection, defaultGrpcRetryOptions, makeGrpcRetryInterceptor } from '@temporalio/client';
import type { Config } from '../config';
import type { KeyRing } from '../crypto/keyring';
import { createDataConverter } from './data-converter';

export interface TemporalConnection {
  client: Client;
  connection: Connection;
  close(): Promise<void>;
}

/**
 * Between two tries of one call, ms. The SDK's own pauses grow to seconds, and a pause is not cut short by the call's
 * deadline: measured, a call with a deadline of 2 s came back after 3 s and more (decision 0003).
 */
const longestPauseMs = 250;
/** About ten seconds for a call that has no deadline. */
const maxAttempts = 40;

const retryOptions = defaultGrpcRetryOptions({ maxAttempts });
const retrying = makeGrpcRetryInterceptor({
  ...retryOptions,
  delayFunction: (attempt, status) => Math.min(retryOptions.delayFunction(attempt, status), longestPauseMs),
});

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
    interceptors: [retrying],
    // Measured: with gRPC's own settings a client needs 23 s after the server's return, with this 1.6 s (decision 0003).
    channelArgs: { 'grpc.initial_reconnect_backoff_ms': 250, 'grpc.max_reconnect_backoff_ms': 2000 },
  });
  const client = new Client({ connection, namespace, dataConverter: createDataConverter(ring) });
  return { client, connection, close: () => connection.close() };
}
