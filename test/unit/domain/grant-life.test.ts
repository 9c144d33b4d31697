import type { GrantLife } from '../../../domain/grant-life';
import { endOfGrant, endWarning, warnWhenGrantedBefore } from '../../../domain/grant-life';

const day = 86_400_000;
const now = Date.parse('2026-06-01T12:00:00Z');
const oauth = (grantedDaysAgo: number): GrantLife => ({
  kind: 'oauth',
  grantedAt: now - grantedDaysAgo * day,
  refreshedAt: now,
});

describe('the life of a grant', () => {
  it('is a year from the consent, however often it was refreshed', () => {
    expect(endOfGrant(oauth(100))).toBe(now + 265 * day);
    expect(endWarning('con_1', oauth(304), now)).toBeNull();
  });

  it('is warned of from 60 days before, with the day and what to do', () => {
    expect(endWarning('con_1', oauth(306), now)).toBe(
      'Lever ends this access on 2026-07-30, a year after it was granted. Before then have a Super Admin of the ' +
        "customer's Lever account connect again with a connection link, or give a new refresh token to POST " +
        '/api/v1/connections/con_1/reconnect.',
    );
    expect(endWarning('con_1', oauth(366), now)).toContain('was over on 2026-05-31. To go on, have');
  });

  it('has no end for an API key', () => {
    const key: GrantLife = { ...oauth(1_000), kind: 'apiKey' };
    expect(endOfGrant(key)).toBeNull();
    expect(endWarning('con_1', key, now)).toBeNull();
  });

  it('tells whom to look at', () => {
    const edge = warnWhenGrantedBefore(now);
    expect(endWarning('con_1', { ...oauth(0), grantedAt: edge - 1 }, now)).not.toBeNull();
    expect(endWarning('con_1', { ...oauth(0), grantedAt: edge }, now)).toBeNull();
  });
});
