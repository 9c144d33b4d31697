import type { LeverGrant } from '../../../domain/connection';
import { FulcrumError } from '../../../domain/errors';
import type { GrantStore } from '../../../lever/grant-store';
import type { TokenSource, TokenSourceOptions } from '../../../lever/grants';
import { createTokenSource } from '../../../lever/grants';
import { createHttpClient } from '../../../platform/http/client';
import { until } from '../../helpers/until';
import type { LocalServer, Seen } from './local-server';
import { startLocalServer } from './local-server';

const http = createHttpClient({ timeoutMs: 5_000, userAgent: 'fulcrum-test' });
let server: LocalServer;
let store: MemoryStore;
const sources: TokenSource[] = [];

beforeEach(async () => {
  server = await startLocalServer();
  store = new MemoryStore();
});
afterEach(async () => {
  for (const tokens of sources.splice(0)) await tokens.stop();
  await server.close();
});
afterAll(() => http.close());

/** Grants in memory with a lock per row, as the database keeps them, and switches for its being away. */
class MemoryStore implements GrantStore {
  readonly rows = new Map<string, LeverGrant>();
  away = false;
  loseNextWrite = false;
  #locks = new Map<string, Promise<unknown>>();

  read(id: string): Promise<LeverGrant | null> {
    if (this.away) return Promise.reject(new FulcrumError('db.unavailable', 'away'));
    return Promise.resolve(this.rows.get(id) ?? null);
  }

  async withLocked(id: string, fn: (grant: LeverGrant | null) => Promise<LeverGrant | null>): Promise<void> {
    const turn = (this.#locks.get(id) ?? Promise.resolve())
      .catch(() => undefined)
      .then(async () => {
        const next = await fn(await this.read(id));
        if (this.loseNextWrite) {
          this.loseNextWrite = false;
          throw new FulcrumError('db.unavailable', 'away');
        }
        if (next !== null) this.rows.set(id, next);
      });
    this.#locks.set(id, turn);
    await turn;
  }
}

function source(change: Partial<TokenSourceOptions> = {}): TokenSource {
  const tokens = createTokenSource({
    store,
    http,
    oauth: () => ({ tokenUrl: `${server.url}/oauth/token`, clientId: 'client', clientSecret: 'demo' }),
    log: { info: () => undefined, warn: () => undefined },
    ...change,
  });
  sources.push(tokens);
  return tokens;
}

const grant = (refreshToken: string, accessToken: string | null, lifeMs = 3_600_000): LeverGrant => ({
  kind: 'oauth',
  refreshToken,
  accessToken,
  expiresAt: accessToken === null ? null : Date.now() + lifeMs,
});

/** Rotates strictly: each refresh token works once, then it is dead. */
function rotating(first: string): (request: Seen) => { status?: number; body: unknown; delay?: number } {
  let valid = first;
  let count = 0;
  return (request) => {
    if (new URLSearchParams(request.body).get('refresh_token') !== valid) {
      return {
        status: 403,
        body: { error: 'invalid_grant', error_description: 'Unknown or invalid refresh token.' },
      };
    }
    count += 1;
    valid = `r${count}`;
    return { body: { access_token: `a${count}`, refresh_token: valid, expires_in: 3600 }, delay: 20 };
  };
}

describe('the token source', () => {
  it('sends an API key as Basic user name with an empty password', async () => {
    store.rows.set('c', { kind: 'apiKey', apiKey: 'key' });
    const header = await source().authorization('c');
    expect(header).toBe(`Basic ${Buffer.from('key:').toString('base64')}`);
    expect(await source().authorization('c', { fresh: true, refused: header })).toBe(header);
  });

  it('uses a token that is still good without asking anybody', async () => {
    store.rows.set('c', grant('r0', 'a0'));
    await expect(source().authorization('c')).resolves.toBe('Bearer a0');
    expect(server.seen).toHaveLength(0);
  });

  it('refreshes once for 20 calls at the same time, and stores the new pair', async () => {
    store.rows.set('c', grant('r0', 'a0', 30_000));
    server.replies.push(rotating('r0'));
    const tokens = source();
    const headers = await Promise.all(Array.from({ length: 20 }, () => tokens.authorization('c')));
    expect(new Set(headers)).toEqual(new Set(['Bearer a1']));
    expect(server.seen).toHaveLength(1);
    expect(Object.fromEntries(new URLSearchParams(server.seen[0]?.body))).toEqual({
      grant_type: 'refresh_token',
      client_id: 'client',
      client_secret: 'demo',
      refresh_token: 'r0',
    });
    expect(store.rows.get('c')).toMatchObject({ refreshToken: 'r1', accessToken: 'a1' });
  });

  it('refreshes once for two processes with 10 calls each', async () => {
    store.rows.set('c', grant('r0', null));
    server.replies.push(rotating('r0'));
    const [one, two] = [source(), source()];
    const calls = Array.from({ length: 20 }, (_, index) => (index % 2 ? one : two).authorization('c'));
    expect(new Set(await Promise.all(calls))).toEqual(new Set(['Bearer a1']));
    expect(server.seen).toHaveLength(1);
  });

  it('refreshes once when 20 calls had the same token refused', async () => {
    store.rows.set('c', grant('r0', 'a0'));
    server.replies.push(rotating('r0'));
    const tokens = source();
    const calls = Array.from({ length: 20 }, () =>
      tokens.authorization('c', { fresh: true, refused: 'Bearer a0' }),
    );
    expect(new Set(await Promise.all(calls))).toEqual(new Set(['Bearer a1']));
    // The late one among them: what it was refused has been replaced already.
    expect(await tokens.authorization('c', { fresh: true, refused: 'Bearer a0' })).toBe('Bearer a1');
    expect(server.seen).toHaveLength(1);
  });

  it('keeps the old refresh token where Lever gives no new one', async () => {
    store.rows.set('c', grant('r0', null));
    server.replies.push({ body: { access_token: 'a1', expires_in: 3600 } });
    await source().authorization('c');
    expect(store.rows.get('c')).toMatchObject({ refreshToken: 'r0', accessToken: 'a1' });
  });

  it('calls a grant dead that is refused and was not replaced', async () => {
    store.rows.set('c', grant('spent', null));
    server.replies.push(rotating('r0'));
    await expect(source().authorization('c')).rejects.toMatchObject({ code: 'connection.disconnected' });
    expect(server.seen).toHaveLength(1);
  });

  it.each([
    ['access_denied', 'Unknown or invalid refresh token'],
    ['unauthorized_client', 'refresh_token is invalid'],
    ['unauthorized', 'user is blocked'],
  ])('calls it dead in the other words of Auth0 as well: %s, %s', async (error, error_description) => {
    store.rows.set('c', grant('r0', null));
    server.replies.push({ status: 403, body: { error, error_description } });
    await expect(source().authorization('c')).rejects.toMatchObject({ code: 'connection.disconnected' });
    expect(server.seen).toHaveLength(1);
  });

  it('looks again before it calls a grant dead: a new consent may have come meanwhile', async () => {
    store.rows.set('c', grant('spent', null));
    const rotate = rotating('r0');
    server.replies.push((request) => {
      if (server.seen.length === 1) store.rows.set('c', grant('r0', null));
      return rotate(request);
    });
    await expect(source().authorization('c')).resolves.toBe('Bearer a1');
    expect(server.seen).toHaveLength(2);
  });

  it('has no grant to use for a connection without one', async () => {
    await expect(source().authorization('c')).rejects.toMatchObject({ code: 'connection.disconnected' });
  });

  it.each([
    ['503', { status: 503 }, 'lever.unavailable'],
    ['429', { status: 429, headers: { 'retry-after': '2' } }, 'lever.rate_limited'],
    ['a lost answer', { drop: true }, 'lever.unavailable'],
    ['a wrong client secret', { status: 401, body: { error: 'access_denied' } }, 'lever.unavailable'],
    [
      'a client that may not refresh',
      {
        status: 403,
        body: {
          error: 'unauthorized_client',
          error_description: "Grant type 'refresh_token' not allowed for the client.",
        },
      },
      'lever.unavailable',
    ],
    ['an unreadable answer', { body: 'hello' }, 'lever.unexpected'],
  ])('does not give a grant up for %s', async (_, reply, code) => {
    store.rows.set('c', grant('r0', null));
    server.replies.push(reply);
    await expect(source().authorization('c')).rejects.toMatchObject({ code });
    expect(store.rows.get('c')).toMatchObject({ refreshToken: 'r0' });
  });

  it('goes on with what it knows while the database is away', async () => {
    store.rows.set('c', grant('r0', 'a0'));
    const tokens = source();
    await tokens.authorization('c');
    store.away = true;
    await expect(tokens.authorization('c', { fresh: true, refused: 'Bearer older' })).resolves.toBe(
      'Bearer a0',
    );
    tokens.forget('c');
    await expect(tokens.authorization('c')).rejects.toMatchObject({ code: 'db.unavailable' });
  });

  describe('a new pair that could not be stored', () => {
    beforeEach(() => {
      store.rows.set('c', grant('r0', null));
      server.replies.push(rotating('r0'));
      store.loseNextWrite = true;
    });

    it('is used all the same, and stored as soon as that is possible', async () => {
      const tokens = source();
      await expect(tokens.authorization('c')).resolves.toBe('Bearer a1');
      expect(store.rows.get('c')).toMatchObject({ refreshToken: 'r0' });
      await until(
        'it is stored',
        () => store.rows.get('c') as { accessToken?: string },
        ({ accessToken }) => accessToken === 'a1',
      );
      expect(store.rows.get('c')).toMatchObject({ refreshToken: 'r1' });
      expect(server.seen).toHaveLength(1);
    });

    it('is not lost when what is remembered is forgotten', async () => {
      const tokens = source();
      await tokens.authorization('c');
      tokens.forget('c');
      await expect(tokens.authorization('c')).resolves.toBe('Bearer a1');
      expect(store.rows.get('c')).toMatchObject({ refreshToken: 'r1', accessToken: 'a1' });
      expect(server.seen).toHaveLength(1);
    });

    it('is stored at the latest when the process stops', async () => {
      const tokens = source();
      await tokens.authorization('c');
      await tokens.stop();
      expect(store.rows.get('c')).toMatchObject({ refreshToken: 'r1', accessToken: 'a1' });
    });

    it('does not replace a grant that was given meanwhile, nor bring back one that was ended', async () => {
      const tokens = source();
      await tokens.authorization('c');
      store.rows.set('c', grant('given', 'anew'));
      await tokens.stop();
      expect(store.rows.get('c')).toMatchObject({ refreshToken: 'given' });

      store.rows.set('d', grant('r1', null));
      store.loseNextWrite = true;
      const others = source();
      await others.authorization('d');
      store.rows.delete('d');
      await others.stop();
      expect(store.rows.has('d')).toBe(false);
    });
  });

  it('gives a new token whatever the age of the present one, when none was refused', async () => {
    store.rows.set('c', grant('r0', 'a0'));
    server.replies.push(rotating('r0'));
    await expect(source().authorization('c', { fresh: true })).resolves.toBe('Bearer a1');
  });

  it('uses the grant that was given while a call was refused', async () => {
    store.rows.set('c', grant('r0', null));
    server.replies.push(rotating('r0'));
    await expect(source().authorization('c', { fresh: true, refused: 'Bearer old' })).resolves.toBe(
      'Bearer a1',
    );
  });

  it('tells the account that a new token names, and nothing where it names none', async () => {
    const claims = Buffer.from(JSON.stringify({ 'https://oauth.lever.co/accountId': 'acc-1' })).toString(
      'base64url',
    );
    store.rows.set('c', grant('r0', null));
    store.rows.set('d', grant('r0', null));
    server.replies.push({ body: { access_token: `h.${claims}.s`, refresh_token: 'r1', expires_in: 3600 } });
    server.replies.push({ body: { access_token: 'opaque', refresh_token: 'r1', expires_in: 3600 } });
    const told: string[][] = [];
    const tokens = source({ accountKnown: async (...known) => void told.push(known) });
    await tokens.authorization('c');
    await tokens.authorization('d');
    expect(told).toEqual([['c', 'acc-1']]);
  });
});
