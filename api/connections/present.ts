import type { Connection } from '../../domain/connection';
import { sealAccountKey } from '../../platform/crypto/callback-key';
import type { KeyRing } from '../../platform/crypto/keyring';
import { isoTime, isoTimeOrNull } from '../times';

/** What makes the addresses of a connection. */
export interface Addresses {
  /** Without a slash at the end. */
  publicUrl: string;
  ring: KeyRing;
}

export const webhookUrl = ({ publicUrl }: Addresses, connection: Connection): string =>
  `${publicUrl}/webhooks/lever/${connection.key}`;

/** The address for vendors that are given one for the whole account. */
const callbackUrl = ({ publicUrl, ring }: Addresses, connection: Connection): string =>
  `${publicUrl}/callbacks/${connection.vendor}/${sealAccountKey(ring, connection.id)}`;

function webhookState(connection: Connection): 'registered' | 'failed' | 'manual' | 'removed' {
  if (connection.webhookProblem !== null) return 'failed';
  if (connection.status === 'disabled') return 'removed';
  return connection.webhooks.length > 0 ? 'registered' : 'manual';
}

/** A connection as programs see it: no secret, no signing token. */
export const presentConnection = (addresses: Addresses, connection: Connection) => ({
  id: connection.id,
  vendor: connection.vendor,
  customer: connection.customer,
  environment: connection.environment,
  status: connection.status,
  statusReason: connection.statusReason,
  webhook: {
    url: webhookUrl(addresses, connection),
    state: webhookState(connection),
    problem: connection.webhookProblem,
    events: connection.webhooks.map((webhook) => webhook.event),
    lastHeardAt: isoTimeOrNull(connection.lastHeardAt),
  },
  callbackUrl: callbackUrl(addresses, connection),
  settings: connection.settings,
  performAs: connection.performAs,
  leverAccountId: connection.leverAccountId,
  stages: connection.stages,
  createdAt: isoTime(connection.createdAt),
  updatedAt: isoTime(connection.updatedAt),
});
export type PresentedConnection = ReturnType<typeof presentConnection>;
