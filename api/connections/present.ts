import type { z } from 'zod';
import type { Connection } from '../../domain/connection';
import { connectionReasonText } from '../../domain/connection-reasons';
import type { GrantLife } from '../../domain/grant-life';
import { endOfGrant, endWarning } from '../../domain/grant-life';
import { whyPatient } from '../../domain/refused-access';
import { sealAccountKey } from '../../platform/crypto/callback-key';
import type { KeyRing } from '../../platform/crypto/keyring';
import { presentTrouble } from '../runs/present';
import { isoTime, isoTimeOrNull } from '../times';
import type { connectionAnswer } from './answer';

/** What makes the addresses of a connection. */
export interface Addresses {
  /** Without a slash at the end. */
  publicUrl: string;
  /** Makes the addresses, and opens those of before. */
  addressRing: KeyRing;
}

export const webhookUrl = ({ publicUrl }: Addresses, connection: Connection): string =>
  `${publicUrl}/webhooks/lever/${connection.key}`;

/** The address for vendors that are given one for the whole account. */
const callbackUrl = (
  { publicUrl, addressRing }: Addresses,
  { id, vendor, addressKey, addressGeneration }: Connection,
): string => {
  // Of the same key ever after, so that what somebody has entered at the vendor is what they are shown.
  const key = (addressKey === null ? null : addressRing.find(addressKey)) ?? addressRing.first;
  return `${publicUrl}/callbacks/${vendor}/${sealAccountKey(key, id, addressGeneration)}`;
};

export type PresentedConnection = z.output<typeof connectionAnswer>;
type WebhookState = PresentedConnection['webhook']['state'];

function webhookState(connection: Connection): WebhookState {
  if (connection.webhookProblem !== null) return 'failed';
  if (connection.status === 'disabled') return 'removed';
  return connection.webhooks.length > 0 ? 'registered' : 'manual';
}

/** Nothing is sent before this is done (lever-api 4.1). */
const switchedOff =
  'the Super Admin has probably not switched the webhooks on (Lever: Settings > Integrations and API > Webhooks)';

/** What a person should know, or do, about the webhooks of a connection. */
export function webhookHint(
  connection: Pick<Connection, 'lastHeardAt' | 'firstHeardAt' | 'webhookProblem'>,
  state: WebhookState,
): string {
  const { lastHeardAt, firstHeardAt, webhookProblem } = connection;
  if (state === 'removed') return 'The connection is disabled and its webhooks were removed';
  if (state === 'failed') {
    return `Not registered: ${webhookProblem}. The hub retries by itself; testing the connection retries at once`;
  }
  if (firstHeardAt !== null && lastHeardAt !== null) return `Last heard from at ${isoTime(lastHeardAt)}`;
  if (lastHeardAt !== null) {
    return `Only a test ping was received, at ${isoTime(lastHeardAt)}, and no event yet: unless nothing has happened in Lever since, ${switchedOff}`;
  }
  const check =
    state === 'manual'
      ? '. The webhooks were made by hand: also check their address and signing token in Lever'
      : '';
  return `Never heard from: ${switchedOff}${check}`;
}

/** How long the right to use the Lever account lasts; null: there is none any more. */
function presentGrant(connection: Connection, grant: GrantLife | null): PresentedConnection['grant'] {
  if (grant === null) return null;
  return {
    kind: grant.kind,
    grantedAt: isoTime(grant.grantedAt),
    refreshedAt: isoTime(grant.refreshedAt),
    endsAt: isoTimeOrNull(endOfGrant(grant)),
    warning: endWarning(connection.id, grant, Date.now()),
  };
}

const patience = ({ refusedSince }: Connection): string | null =>
  refusedSince === null ? null : whyPatient(refusedSince);

/** A connection as programs see it: no secret, no signing token. */
export const presentConnection = (
  addresses: Addresses,
  connection: Connection,
  grant: GrantLife | null,
): PresentedConnection => ({
  id: connection.id,
  vendor: connection.vendor,
  customer: connection.customer,
  environment: connection.environment,
  status: connection.status,
  statusReason:
    connection.statusReason === null ? patience(connection) : connectionReasonText(connection.statusReason),
  statusCode: connection.statusReason?.code ?? null,
  refusedSince: isoTimeOrNull(connection.refusedSince),
  trouble: presentTrouble(connection.trouble),
  webhook: {
    url: webhookUrl(addresses, connection),
    state: webhookState(connection),
    hint: webhookHint(connection, webhookState(connection)),
    problem: connection.webhookProblem,
    events: connection.webhooks.map((webhook) => webhook.event),
    lastHeardAt: isoTimeOrNull(connection.lastHeardAt),
    firstEventAt: isoTimeOrNull(connection.firstHeardAt),
  },
  grant: presentGrant(connection, grant),
  callbackUrl: callbackUrl(addresses, connection),
  settings: connection.settings,
  performAs: connection.performAs,
  leverAccountId: connection.leverAccountId,
  stages: connection.stages,
  createdAt: isoTime(connection.createdAt),
  updatedAt: isoTime(connection.updatedAt),
});
