import { types } from 'node:util';
import type { ConnectionOptions } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';

/** The variables that Temporal itself defines, read by Temporal's own reader. */

export interface TemporalConfig {
  /** Null: the embedded dev server. */
  readonly address: string | null;
  readonly namespace: string;
  readonly apiKey?: string;
  readonly tls?: NonNullable<ConnectionOptions['tls']>;
  /** gRPC headers, as Temporal's own `TEMPORAL_GRPC_META_…` give them. */
  readonly metadata?: Readonly<Record<string, string>>;
  readonly uiUrl?: string;
}

/** Temporal's own variables, read by Temporal's own reader; a sentence when it cannot read them. */
export function temporalOf(env: Record<string, string>): TemporalConfig | string {
  try {
    const { connectionOptions, namespace } = loadClientConnectConfig({
      overrideEnvVars: env,
      // A profile that lies in somebody's home folder must not decide where a hub runs; a named one may.
      disableFile: env['TEMPORAL_CONFIG_FILE'] === undefined,
    });
    const { address, apiKey, tls, metadata } = connectionOptions;
    if (apiKey !== undefined && typeof apiKey !== 'string') return 'TEMPORAL_API_KEY: must be a text';
    return {
      address: address ?? null,
      namespace: namespace ?? 'default',
      ...(apiKey !== undefined && { apiKey }),
      ...(tls !== undefined && tls !== null && { tls }),
      ...(metadata !== undefined && { metadata: metadata as Record<string, string> }),
      ...(env['TEMPORAL_UI_URL'] !== undefined && { uiUrl: env['TEMPORAL_UI_URL'] }),
    };
  } catch (error) {
    return `TEMPORAL_…: ${types.isNativeError(error) ? error.message : 'cannot be read'}`;
  }
}

/** Temporal's own configuration file may name the address as well. */
export function temporalErrors(given: Record<string, string>, { address }: TemporalConfig): string[] {
  if (address === null) {
    return given['NODE_ENV'] === 'production'
      ? ['TEMPORAL_ADDRESS: is required in production; the embedded server is for development']
      : [];
  }
  return isHostAndPort(address)
    ? []
    : ['TEMPORAL_ADDRESS: must be host:port, such as localhost:7233, without http:// and path'];
}

/** An address of IPv6 stands in brackets. Without a port it is Temporal's usual one, for its client as well. */
function isHostAndPort(text: string): boolean {
  const match = /^(?:[\w.-]+|\[[\da-f:.]+\])(?::(\d{1,5}))?$/i.exec(text);
  const port = Number(match?.[1] ?? 7233);
  return match !== null && port >= 1 && port <= 65_535;
}
