import { sealState, secretDigest } from '../../api/connect/secrets';
import { SEED } from '../../simulators/lever/seed';
import { leaks } from '../acceptance/leaks';
import { useWorld } from '../helpers/use-world';
import { newBrowser } from './connect-browser';
import { startConnectWorld } from './connect-world';

const world = useWorld(startConnectWorld);
afterEach(async () => {
  world.lever.admin.clearFaults();
  await world.freeTheAccount();
});

describe('connecting by a link', () => {
  test('tells who asks for what, and the consent makes an active connection', async () => {
    const browser = newBrowser();
    const link = await world.newLink('Northwind <Stores>');
    expect(link.url).toMatch(
      new RegExp(`^${world.api.url.replace('localhost', '127.0.0.1')}/connect/link/[\\w-]{43}$`),
    );

    const page = await browser.open(link.url);
    expect(page.text).toContain('Connect SMG POP Engine with your Lever account');
    expect(page.text).toContain('Northwind <Stores>');
    expect(page.html).not.toContain('<Stores>');
    expect(page.text).toContain('Production');
    expect(page.text).toContain('opportunities:write:admin');
    expect(page.headers.get('content-security-policy')).toMatch(/^default-src 'none';/);
    expect(page.headers.get('referrer-policy')).toBe('same-origin');
    expect(page.headers.get('cache-control')).toBe('no-store');
    expect(page.html).not.toMatch(/<script|style=/);
    expect(browser.cookieLines).toEqual([]);
    expect((await browser.open(`${new URL(link.url).origin}/connect/style.css`)).html).toContain('main {');

    const consent = await browser.submit(page);
    const asked = new URL(consent.url).searchParams;
    expect(Object.fromEntries(asked)).toMatchObject({
      client_id: SEED.app.clientId,
      redirect_uri: `${new URL(link.url).origin}/connect/callback`,
      response_type: 'code',
      audience: 'https://api.lever.co/v1/',
      prompt: 'consent',
    });
    expect(asked.get('scope')).toContain('offline_access opportunities:write:admin');
    expect(browser.cookieLines).toEqual([
      expect.stringMatching(
        /^fulcrum_lnk_\w+=[\w-]{43}; Max-Age=1800; Path=\/connect; .*HttpOnly; SameSite=Lax$/,
      ),
    ]);

    const done = await browser.decide(consent, 'accept');
    expect(done.status).toBe(200);
    expect(done.text).toContain('The connection between Northwind <Stores> and SMG POP Engine is active');
    expect(done.text).toContain('Settings > Integrations and API > Webhooks');
    expect(done.text).toContain('“Assessment”');

    const [connection] = await world.ofCustomer('Northwind <Stores>');
    expect(connection).toMatchObject({
      status: 'active',
      statusReason: null,
      webhook: { state: 'registered' },
      leverAccountId: expect.stringMatching(/^[\w-]{36}$/),
    });
    expect(await world.stateOf(link.id)).toBe('used');
    expect(await world.auditOf(link.id)).toEqual(['connect-link.created']);
    expect(await world.auditOf(connection!.id)).toEqual(['connection.connected']);
    expect((await browser.open(link.url)).text).toContain('This link has been used');

    // A reload of the callback tells the same again, and makes nothing.
    const again = await browser.open(done.url);
    expect(again.text).toContain('is active');
    expect(await world.ofCustomer('Northwind <Stores>')).toHaveLength(1);
  });

  test('the grant is kept with its permissions, and nothing secret lies in plain text', async () => {
    const browser = newBrowser();
    const link = await world.newLink('Plain Text Ltd', { referenceCode: 'PLAINTEXT77' });
    const unused = await world.newLink('Plain Text Ltd', { referenceCode: 'PLAINTEXT88' });
    const callback = await browser.decideWithoutArriving(await world.atLever(browser, link.url), 'accept');
    const done = await browser.open(callback);
    expect(done.text).toContain('is active');
    const [connection] = await world.ofCustomer('Plain Text Ltd');
    const grant = await world.grantOf(connection!.id);
    expect(grant.scopes).toContain('stages:read:admin');
    const secrets = [
      new URL(callback).searchParams.get('code') ?? '',
      new URL(callback).searchParams.get('state') ?? '',
      new URL(link.url).pathname.split('/').at(-1) ?? '',
      new URL(unused.url).pathname.split('/').at(-1) ?? '',
      'PLAINTEXT77',
      'PLAINTEXT88',
      world.password,
      SEED.app.clientSecret,
      grant.refreshToken,
      grant.accessToken ?? '',
    ];
    expect(secrets.filter((secret) => secret.length < 8)).toEqual([]);
    const tables = await world.dump();
    expect(leaks('database', tables, [link.id])).not.toEqual([]);
    expect(leaks('database', tables, secrets)).toEqual([]);
    const log = Buffer.from(world.logged.join('\n'));
    expect(leaks('log', log, ['/connect/callback', '/connect/link/:token'])).toHaveLength(2);
    expect(leaks('log', log, secrets)).toEqual([]);
    // The browser has brought code and state itself, and gets nothing else.
    expect(leaks('page', Buffer.from(done.html), secrets)).toEqual([]);
  });

  test('refusing stores nothing, and the link can be used again', async () => {
    const browser = newBrowser();
    const link = await world.newLink('Hesitant Ltd');
    const refused = await browser.decide(await world.atLever(browser, link.url), 'deny');
    expect(refused.text).toContain('You did not grant the access');
    expect(refused.text).not.toContain('User did not authorize');
    expect(await world.ofCustomer('Hesitant Ltd')).toEqual([]);
    expect(await world.stateOf(link.id)).toBe('open');
    expect(await world.auditOf(link.id)).toEqual(['connect-link.created', 'connect-link.refused']);

    const done = await browser.decide(await browser.submit(refused), 'accept');
    expect(done.text).toContain('is active');
  });

  test('two callbacks of one link at the same moment make one connection', async () => {
    const link = await world.newLink('Twice Ltd');
    const browsers = [newBrowser(), newBrowser()];
    const callbacks = await Promise.all(
      browsers.map(async (browser) =>
        browser.decideWithoutArriving(await world.atLever(browser, link.url), 'accept'),
      ),
    );
    const pages = await Promise.all(browsers.map((browser, index) => browser.open(callbacks[index] ?? '')));
    expect(pages.map(({ status }) => status)).toEqual([200, 200]);
    for (const { text } of pages)
      expect(text).toContain('The connection between Twice Ltd and SMG POP Engine is');
    expect(await world.ofCustomer('Twice Ltd')).toHaveLength(1);

    // An impatient reload brings the same code a second time.
    await world.freeTheAccount();
    const browser = newBrowser();
    const callback = await browser.decideWithoutArriving(
      await world.atLever(browser, (await world.newLink('Reloading Ltd')).url),
      'accept',
    );
    const both = await Promise.all([browser.open(callback), browser.open(callback)]);
    expect(both.map(({ text }) => text.includes('is active'))).toEqual([true, true]);
    expect(await world.ofCustomer('Reloading Ltd')).toHaveLength(1);
  });

  test('wrong names in the settings leave it paused, and right ones make it active', async () => {
    const link = await world.newLink('Typo Ltd', {
      settings: {
        triggerStages: ['Asessment'],
        serviceUserEmail: 'integration.service@customer.example.com',
      },
    });
    const page = await world.accepted(newBrowser(), link.url);
    expect(page.text).toContain('is made, but paused');
    expect(page.text).toContain('the Lever account has no stage "Asessment"');
    const [connection] = await world.ofCustomer('Typo Ltd');
    expect(connection).toMatchObject({ status: 'paused', webhook: { state: 'registered' } });
    const path = `/connections/${connection!.id}`;
    expect((await world.ask('POST', `${path}/resume`)).status).toBe(422);
    expect(
      (await world.ask('PATCH', path, { settings: { triggerStages: ['Assessment'] } })).body,
    ).toMatchObject({
      status: 'active',
      statusReason: null,
      performAs: SEED.users.service,
    });
  });

  test('an unknown service user is told without the e-mail address', async () => {
    const link = await world.newLink('Nobody Ltd', {
      settings: { serviceUserEmail: 'nobody@customer.example' },
    });
    expect((await world.accepted(newBrowser(), link.url)).text).toContain(
      'e-mail address in serviceUserEmail',
    );
    const [connection] = await world.ofCustomer('Nobody Ltd');
    expect(connection).toMatchObject({ status: 'paused' });
    expect(leaks('database', await world.dump(), ['nobody@customer.example'])).toEqual([]);
  });
});

describe('what does not lead to a connection', () => {
  test('an answer of Lever in another browser, or with a state that is not ours', async () => {
    const link = await world.newLink('Careful Ltd');
    const browser = newBrowser();
    const callback = await browser.decideWithoutArriving(await world.atLever(browser, link.url), 'accept');
    const stranger = await newBrowser().open(callback);
    expect([stranger.status, stranger.text]).toEqual([
      403,
      expect.stringContaining('was not started in this browser'),
    ]);

    const forged = new URL(callback);
    forged.searchParams.set('state', `${forged.searchParams.get('state')?.slice(0, -4)}AAAA`);
    expect((await browser.open(forged.href)).status).toBe(400);
    forged.searchParams.delete('state');
    expect((await browser.open(forged.href)).status).toBe(400);

    // Going to Lever anew replaces what the cookie holds: the older answer no longer counts.
    await world.atLever(browser, link.url);
    expect((await browser.open(callback)).status).toBe(403);
    expect(await world.ofCustomer('Careful Ltd')).toEqual([]);
  });

  test('an answer that took longer than half an hour', async () => {
    const link = await world.newLink('Slow Ltd');
    const browser = newBrowser();
    const callback = new URL(
      await browser.decideWithoutArriving(await world.atLever(browser, link.url), 'accept'),
    );
    const nonce = /=([\w-]+);/.exec(browser.cookieLines[0] ?? '')?.[1] ?? '';
    const at = Date.now() - 31 * 60_000;
    const state = { linkId: link.id, nonceDigest: secretDigest(nonce), at };
    callback.searchParams.set('state', sealState(world.ring, state));
    const late = await browser.open(callback.href);
    expect([late.status, late.text]).toEqual([410, expect.stringContaining('longer than 30 minutes')]);
    expect(await world.ofCustomer('Slow Ltd')).toEqual([]);
  });

  test('an expired, a withdrawn and an unknown link', async () => {
    const browser = newBrowser();
    const late = await world.newLink('Late Ltd');
    const lateAtLever = await world.atLever(browser, late.url);
    await world.sql.query(`update connect_links set expires_at = now() - interval '1 hour' where id = $1`, [
      late.id,
    ]);
    const expired = await browser.open(late.url);
    expect([expired.status, expired.text]).toEqual([410, expect.stringContaining('This link has expired')]);
    const arrived = await browser.decide(lateAtLever, 'accept');
    expect([arrived.status, arrived.text]).toEqual([410, expect.stringContaining('This link has expired')]);

    const withdrawn = await world.newLink('Late Ltd');
    const atConsent = await world.atLever(browser, withdrawn.url);
    expect((await world.ask('DELETE', `/connect-links/${withdrawn.id}`)).status).toBe(204);
    expect((await browser.decide(atConsent, 'accept')).text).toContain('This link is not known');
    const unknown = await browser.open(withdrawn.url);
    expect([unknown.status, unknown.text]).toEqual([404, expect.stringContaining('This link is not known')]);
    expect(await world.ofCustomer('Late Ltd')).toEqual([]);
  });

  test('a permission that Lever did not grant is named', async () => {
    const link = await world.newLink('Partial Ltd', { environment: 'sandbox' });
    const page = await world.accepted(newBrowser(), link.url);
    expect(page.text).toContain('A permission is missing');
    expect(page.text).toContain('opportunities:write:admin');
    expect(page.text).not.toContain('offline_access');
    expect(await world.stateOf(link.id)).toBe('open');
    expect(await world.ofCustomer('Partial Ltd')).toEqual([]);
  });

  test.each([
    ['answers with an error', { kind: 'status', status: 503 }],
    ['breaks off', { kind: 'drop-before' }],
    ['loses its answer', { kind: 'drop-after' }],
  ] as const)('Lever %s while the code is traded in: the link stays usable', async (what, fault) => {
    const customer = `Unlucky ${what}`;
    const link = await world.newLink(customer);
    const browser = newBrowser();
    world.lever.admin.fault({ path: '/oauth/token', ...fault });
    const page = await world.accepted(browser, link.url);
    expect([page.status, page.text]).toEqual([503, expect.stringContaining('Lever does not answer')]);
    expect(await world.ofCustomer(customer)).toEqual([]);
    expect((await browser.decide(await browser.submit(page), 'accept')).text).toContain('is active');
  });

  test('a second connection for the same Lever account', async () => {
    await world.accepted(newBrowser(), (await world.newLink('First Ltd')).url);
    const second = await world.newLink('Second Ltd');
    const page = await world.accepted(newBrowser(), second.url);
    expect([page.status, page.text]).toEqual([409, expect.stringContaining('is already connected')]);
    expect(await world.ofCustomer('Second Ltd')).toEqual([]);
    expect(await world.stateOf(second.id)).toBe('open');
    const [first] = await world.ofCustomer('First Ltd');
    await world.ask('POST', `/connections/${first!.id}/disable`);
    expect((await world.accepted(newBrowser(), second.url)).text).toContain('is active');
  });
});

describe('renewing the access of a connection', () => {
  const disconnected = async (customer: string): Promise<string> => {
    await world.accepted(newBrowser(), (await world.newLink(customer)).url);
    const [connection] = await world.ofCustomer(customer);
    world.lever.admin.revoke();
    await world.sql.query(
      `update connections set status = 'disconnected', status_reason = 'revoked' where id = $1`,
      [connection!.id],
    );
    return connection!.id;
  };

  test('gives the same connection a new grant', async () => {
    const id = await disconnected('Renewing Ltd');
    const made = await world.ask('POST', `/connections/${id}/connect-link`);
    expect(made).toMatchObject({ status: 201, body: { connectionId: id, state: 'open' } });
    const browser = newBrowser();
    expect((await browser.open(made.body.url)).text).toMatch(/Renew .*’s access to Lever/);
    expect((await world.accepted(browser, made.body.url)).text).toContain('is active');
    expect((await world.ask('GET', `/connections/${id}`)).body).toMatchObject({
      status: 'active',
      statusReason: null,
    });
    expect(await world.auditOf(id)).toContain('connection.renewed');
    expect(await world.ofCustomer('Renewing Ltd')).toHaveLength(1);
    expect((await world.ask('POST', `/connections/${id}/test`)).body).toMatchObject({ ok: true });
  });

  test('another Lever account is refused, and nothing changes', async () => {
    const id = await disconnected('Moved Ltd');
    await world.sql.query(`update connections set lever_account_id = 'the-account-before' where id = $1`, [
      id,
    ]);
    const made = await world.ask('POST', `/connections/${id}/connect-link`);
    const page = await world.accepted(newBrowser(), made.body.url);
    expect([page.status, page.text]).toEqual([
      409,
      expect.stringContaining('This is a different Lever account'),
    ]);
    expect((await world.ask('GET', `/connections/${id}`)).body).toMatchObject({
      status: 'disconnected',
      leverAccountId: 'the-account-before',
    });
    expect(await world.stateOf(made.body.id)).toBe('open');
  });
});

describe('a reference code', () => {
  const origin = () => new URL(world.connection.webhook.url).origin;

  test('leads to the link page, however it is typed; a wrong one is told', async () => {
    await world.newLink('Coded Ltd', { referenceCode: 'CODED2031' });
    const browser = newBrowser();
    const asking = await browser.open(`${origin()}/connect/smg`);
    expect(asking.text).toContain('reference code');
    const wrong = await browser.submit(asking, { reference: '"><b>NOPE99' });
    expect([wrong.status, wrong.text]).toEqual([422, expect.stringContaining('No open link belongs')]);
    expect(wrong.html).not.toContain('<b>');
    const page = await browser.submit(wrong, { reference: ' coded-2031 ' });
    expect(page.text).toContain('Coded Ltd');
    expect((await browser.decide(await browser.submit(page), 'accept')).text).toContain('is active');
    expect((await browser.submit(wrong, { reference: 'CODED2031' })).status).toBe(422);
    expect((await browser.open(`${origin()}/connect/nobody`)).status).toBe(404);
  });

  test('cannot be guessed without end', async () => {
    const browser = newBrowser();
    const asking = await browser.open(`${origin()}/connect/smg`);
    const statuses: number[] = [];
    for (let tries = 0; tries < 25; tries += 1) {
      statuses.push((await browser.submit(asking, { reference: `GUESS${tries + 10}` })).status);
    }
    expect(new Set(statuses)).toEqual(new Set([422, 429]));
    expect((await browser.submit(asking, { reference: 'GUESS99' })).text).toContain('Wait 15 minutes');
  });
});
