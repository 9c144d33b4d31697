import type { LeverGrant } from './connection';

/** How long the right to use a Lever account lasts. All times in ms since 1970. */
export interface GrantLife {
  kind: LeverGrant['kind'];
  /** When the hub was given it: the customer's consent. */
  grantedAt: number;
  /** When Lever last gave a new pair of tokens for it; at first the same. */
  refreshedAt: number;
}

const day = 86_400_000;

/** Lever: a refresh token dies a year after the consent, however often it was refreshed (lever-api 2.2). */
const consentLastsMs = 365 * day;
/** Customers need weeks to find the person who may consent. */
const warnAheadMs = 60 * day;

/** Who consented before this moment is to be warned. */
export const warnWhenGrantedBefore = (now: number): number => now - consentLastsMs + warnAheadMs;

/** When Lever ends it; an API key has no end. */
export const endOfGrant = ({ kind, grantedAt }: Pick<GrantLife, 'kind' | 'grantedAt'>): number | null =>
  kind === 'oauth' ? grantedAt + consentLastsMs : null;

/** What has to be done before the end, in words; null while there is time. */
export function endWarning(connectionId: string, life: GrantLife, now: number): string | null {
  const end = endOfGrant(life);
  if (end === null || life.grantedAt >= warnWhenGrantedBefore(now)) return null;
  const date = new Date(end).toISOString().slice(0, 10);
  const how =
    "have a Super Admin of the customer's Lever account connect again with a connection link, " +
    `or give a new refresh token to POST /api/v1/connections/${connectionId}/reconnect.`;
  return end > now
    ? `Lever ends this access on ${date}, a year after it was granted. Before then ${how}`
    : `Lever's year for this access was over on ${date}. To go on, ${how}`;
}
