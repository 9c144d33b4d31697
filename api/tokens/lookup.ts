import type { ApiToken, Tokens } from '../../db/repositories/tokens';
import { safeEqual } from '../../platform/crypto/hmac';
import type { Logger } from '../../platform/log';
import { operator, type Principal } from '../middleware/principal';
import { isTokenText, tokenDigest } from './secret';

/** What a bearer token turns out to be. `spent`: it was a token, and has expired or was revoked. */
export type Found =
  { is: 'known'; principal: Principal } | { is: 'spent'; token: ApiToken } | { is: 'unknown' };

/** @throws FulcrumError `db.unavailable`; not for the operator's own token, which is asked of nobody */
export type TokenLookup = (text: string) => Promise<Found>;

const usedAgainMs = 60_000;

/**
 * Tokens are looked up at every request: a revocation counts at once, in every process. Nothing is kept in memory.
 * @param operatorToken null: there is none
 */
export function createTokenLookup(
  operatorToken: string | null,
  tokens: Pick<Tokens, 'byDigest' | 'touch'>,
  log: Pick<Logger, 'warn'>,
): TokenLookup {
  /** Nobody waits for it, and a use that is not noted is noted with the next. */
  const noteUse = ({ id, lastUsedAt }: ApiToken): void => {
    if (lastUsedAt !== null && lastUsedAt > Date.now() - usedAgainMs) return;
    tokens
      .touch(id)
      .catch((error: unknown) => log.warn({ tokenId: id, err: error }, 'the use of a token was not noted'));
  };

  return async (text) => {
    if (operatorToken !== null && safeEqual(text, operatorToken)) return { is: 'known', principal: operator };
    const token = isTokenText(text) ? await tokens.byDigest(tokenDigest(text)) : null;
    if (token === null) return { is: 'unknown' };
    if (isSpent(token, Date.now())) return { is: 'spent', token };
    noteUse(token);
    return { is: 'known', principal: principalFor(token) };
  };
}

const isSpent = ({ expiresAt, revokedAt }: ApiToken, now: number): boolean =>
  revokedAt !== null || (expiresAt !== null && expiresAt <= now);

const principalFor = ({ id, label, reach, rights, expiresAt }: ApiToken): Principal => ({
  actor: id,
  label,
  reach,
  rights,
  expiresAt,
});
