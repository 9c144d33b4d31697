import { Client } from 'pg';
import type { PresentedConnection } from '../../api/connections/present';
import type { LeverGrant } from '../../domain/connection';
import { openJson } from '../../platform/crypto/seal';
import { createLogger } from '../../platform/log';
import { assemble } from '../../scripts/assemble';
import { freePort } from '../../scripts/embedded/machine';
import { SEED } from '../../simulators/lever/seed';
import type { World } from '../helpers/world';
import { startWorld } from '../helpers/world';
import type { Browser, Page } from './connect-browser';

export interface Answer {
  status: number;
  // Answers are compared, not relied on: what is missing shows as a failed expectation.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  body: any;
}

/** A whole hub between simulators, with what the tests of connecting ask and do again and again. */
export interface ConnectWorld extends World {
  sql: Client;
  /** Every line of api and worker. */
  logged: string[];
  /** The vendor's password of all links made here. */
  password: string;
  /** As the operator. */
  ask(method: string, path: string, body?: object): Promise<Answer>;
  ofCustomer(name: string): Promise<PresentedConnection[]>;
  newLink(customer: string, more?: object): Promise<{ id: string; url: string }>;
  /** To Lever's consent page by way of the link page. */
  atLever(browser: Browser, url: string): Promise<Page>;
  accepted(browser: Browser, url: string): Promise<Page>;
  /** Of a link. */
  stateOf(id: string): Promise<string>;
  /** The actions that the audit names for an id, oldest first. */
  auditOf(target: string): Promise<string[]>;
  grantOf(connectionId: string): Promise<LeverGrant & { kind: 'oauth' }>;
  /** Everything the database holds, as bytes. */
  dump(): Promise<Buffer>;
  /** One Lever account serves one connection of a vendor: disables those that tests made. */
  freeTheAccount(): Promise<void>;
}

const firstCustomer = 'Acme Stores';
const password = 'a-vendor-password-of-ours';

/** @param more of the hub's configuration */
export const startConnectWorld = (more: Record<string, string> = {}): Promise<ConnectWorld> =>
  assemble(async (atEnd) => {
    const logged: string[] = [];
    const destination = { write: (line: string) => void logged.push(line) };
    const port = await freePort();
    const lever = `http://127.0.0.1:${port}`;
    const world = await startWorld({
      log: createLogger({ level: 'debug', name: 'world', destination }),
      connection: { customer: firstCustomer },
      lever: { port },
      env: {
        // The sandbox is the same account asked with a wrong audience: Lever then offers `offline_access` alone.
        LEVER_SANDBOX_API_URL: `${lever}/v1`,
        LEVER_SANDBOX_AUTH_URL: lever,
        LEVER_SANDBOX_AUDIENCE: 'https://elsewhere.example/',
        SMG_SANDBOX_LEVER_CLIENT_ID: SEED.app.clientId,
        SMG_SANDBOX_LEVER_CLIENT_SECRET: SEED.app.clientSecret,
        ...more,
      },
    });
    atEnd(() => world.stop());
    const sql = new Client({ connectionString: world.databaseUrl });
    await sql.connect();
    atEnd(() => sql.end());

    const ask: ConnectWorld['ask'] = async (method, path, body) => {
      const answer = await fetch(`${world.api.url}/api/v1${path}`, {
        method,
        headers: { authorization: `Bearer ${world.api.operatorToken}`, 'content-type': 'application/json' },
        ...(body && { body: JSON.stringify(body) }),
      });
      const text = await answer.text();
      return { status: answer.status, body: text === '' ? null : JSON.parse(text) };
    };
    const connections = async (): Promise<PresentedConnection[]> =>
      (await ask('GET', '/connections?limit=200')).body.data;

    const atLever: ConnectWorld['atLever'] = async (browser, url) => {
      const page = await browser.submit(await browser.open(url));
      if (!page.url.startsWith(`${world.lever.authUrl}/authorize?`))
        throw new Error(`not at Lever: ${page.text}`);
      return page;
    };

    return {
      ...world,
      sql,
      logged,
      password,
      ask,
      atLever,
      ofCustomer: async (name) => (await connections()).filter(({ customer }) => customer === name),
      newLink: async (customer, more = {}) => {
        const { status, body } = await ask('POST', '/connect-links', {
          vendor: 'smg',
          customer,
          credentials: { username: 'smg-user', password },
          settings: { triggerStages: ['Assessment'] },
          ...more,
        });
        if (status !== 201) throw new Error(JSON.stringify(body));
        return body;
      },
      accepted: async (browser, url) => browser.decide(await atLever(browser, url), 'accept'),
      stateOf: async (id) => {
        const { body } = await ask('GET', '/connect-links?limit=200');
        return body.data.find((link: { id: string }) => link.id === id)?.state;
      },
      auditOf: async (target) => {
        const query = 'select action from audit where target = $1 order by id';
        return (await sql.query<{ action: string }>(query, [target])).rows.map(({ action }) => action);
      },
      grantOf: async (connectionId) => {
        const query = 'select grant_sealed from grants where connection_id = $1';
        const { rows } = await sql.query<{ grant_sealed: Buffer }>(query, [connectionId]);
        const sealed = rows[0]?.grant_sealed ?? Buffer.alloc(0);
        const grant = openJson<LeverGrant>(world.ring, sealed, `grants/${connectionId}`);
        if (grant.kind !== 'oauth') throw new Error('not an OAuth grant');
        return grant;
      },
      dump: () => dump(sql),
      freeTheAccount: async () => {
        for (const { id, customer, status } of await connections()) {
          if (customer === firstCustomer || status === 'disabled') continue;
          await ask('POST', `/connections/${id}/disable`);
        }
      },
    };
  });

async function dump(sql: Client): Promise<Buffer> {
  const { rows } = await sql.query<{ table_name: string }>(
    `select table_name from information_schema.tables where table_schema = 'public'`,
  );
  const parts: Buffer[] = [];
  for (const { table_name } of rows) {
    const found = await sql.query<unknown[]>({ text: `select * from "${table_name}"`, rowMode: 'array' });
    for (const value of found.rows.flat()) {
      parts.push(
        Buffer.isBuffer(value) ? value : Buffer.from(JSON.stringify(value) ?? ''),
        Buffer.from('\n'),
      );
    }
  }
  return Buffer.concat(parts);
}
