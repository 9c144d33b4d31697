import { useWorld } from '../helpers/use-world';
import { newBrowser } from './connect-browser';
import { startConnectWorld } from './connect-world';

/** What whoever has a link, or another site in a customer's browser, may do with the pages. Counted are requests and rows. */

const world = useWorld(startConnectWorld);
afterEach(async () => {
  world.lever.admin.clearFaults();
  await world.freeTheAccount();
});

test('a form that another world sends, and a ticket that is not ours', async () => {
  const link = await world.newLink('Framed Ltd');
  const browser = newBrowser();
  const page = await browser.open(link.url);
  const hub = new URL(page.url).origin;
  for (const [headers, status] of [
    [{ 'sec-fetch-site': 'cross-site' }, 403],
    [{ 'sec-fetch-site': 'same-site' }, 403],
    [{ 'sec-fetch-site': 'cross-site', origin: hub }, 403],
    [{ origin: 'https://elsewhere.example' }, 403],
    [{ origin: `${hub}.elsewhere.example` }, 403],
    [{ origin: 'null' }, 403],
    // A program that says nothing at all.
    [{ origin: '' }, 403],
  ] as const) {
    expect([headers, (await browser.submit(page, {}, headers)).status]).toEqual([headers, status]);
  }
  expect((await browser.submit(page, { ticket: 'made-up' })).status).toBe(404);
  expect((await browser.submit(page, { more: 'than declared' })).status).toBe(404);
  expect(browser.cookieLines).toEqual([]);
  const codes = await browser.open(`${hub}/connect/smg`);
  const guess = await browser.submit(codes, { reference: 'WRONG12' }, { 'sec-fetch-site': 'cross-site' });
  expect(guess.status).toBe(403);
  for (const headers of [{ 'sec-fetch-site': 'same-origin', origin: 'null' }, { origin: hub }]) {
    expect((await browser.submit(page, {}, headers)).url).toContain('/authorize?');
  }
});

describe('Lever refusing every code', () => {
  const trades = () =>
    world.lever.admin
      .requests({ method: 'POST', path: '/oauth/token' })
      .filter(({ body }) => (body as { grant_type?: string }).grant_type === 'authorization_code').length;
  const refuseAll = () =>
    world.lever.admin.fault({ path: '/oauth/token', kind: 'status', status: 503, count: 1_000 });

  test('one answer, sent 200 times, asks Lever once and is noted once', async () => {
    refuseAll();
    const link = await world.newLink('Hammered Ltd');
    const browser = newBrowser();
    const callback = await browser.decideWithoutArriving(await world.atLever(browser, link.url), 'accept');
    const before = trades();
    const atOnce = await Promise.all(Array.from({ length: 100 }, () => browser.open(callback)));
    const after: number[] = [];
    for (let count = 0; count < 100; count += 1) {
      const address = new URL(callback);
      // As a stranger would who makes Lever look at one code after the other, or writes an address in another way.
      if (count % 2 === 0) address.searchParams.set('code', `code-${count}`);
      else address.searchParams.set('error', 'access_denied');
      if (count % 4 === 1) address.searchParams.delete('code');
      after.push((await browser.open(address.href)).status);
    }
    expect(trades() - before).toBe(1);
    expect(await world.auditOf(link.id)).toEqual(['connect-link.created', 'connect-link.refused']);
    expect(atOnce.filter(({ status }) => status === 503 || status === 409)).toHaveLength(100);
    expect(after.filter((status) => status === 409)).toHaveLength(100);

    world.lever.admin.clearFaults();
    const told = await browser.open(callback);
    expect(told.text).toContain('was already used');
    expect((await browser.decide(await browser.submit(told), 'accept')).text).toContain('is active');
  });

  test('one link takes a few answers an hour, and no other link is held up', async () => {
    refuseAll();
    const link = await world.newLink('Insistent Ltd');
    const other = await world.newLink('Patient Ltd');
    const browser = newBrowser();
    const before = trades();
    const statuses: number[] = [];
    for (let count = 0; count < 10; count += 1) {
      const decision = count % 2 === 0 ? 'accept' : 'deny';
      const page = await browser.decide(await world.atLever(browser, link.url), decision);
      statuses.push(page.status);
    }
    expect(statuses).toEqual([503, 200, 503, 200, 503, 200, 429, 429, 429, 429]);
    expect(trades() - before).toBe(3);
    expect(await world.auditOf(link.id)).toHaveLength(1 + 6);

    world.lever.admin.clearFaults();
    expect((await world.accepted(browser, other.url)).text).toContain('is active');
    await world.freeTheAccount();
    await world.sql.query(
      `update connect_answers set taken_at = taken_at - interval '61 minutes' where link_id = $1`,
      [link.id],
    );
    expect((await world.accepted(browser, link.url)).text).toContain('is active');
    const { rows } = await world.sql.query('select 1 from connect_answers where link_id = $1', [link.id]);
    expect(rows).toHaveLength(1);
  });
});
