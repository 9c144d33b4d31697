import type { PresentedConnection } from '../../../api/connections/present';
import { defaultSecret } from '../../../simulators/upwage/server';
import type { Browser, Page } from '../../api/connect-browser';
import { newBrowser } from '../../api/connect-browser';
import { operator } from '../../helpers/actions';
import type { UpwageWorld, UpwageWorldOptions } from '../../vendors/upwage-world';
import { startUpwageWorld, usualSettings } from '../../vendors/upwage-world';

/** A hub that is Upwage's own app at Lever, and customers who connect with a link of Upwage's staff. */

const app = { clientId: 'upwage-app', clientSecret: 'upwage-app-secret' };

export const startLinkingWorld = (options: UpwageWorldOptions = {}): Promise<UpwageWorld> =>
  startUpwageWorld({
    ...options,
    lever: { apps: [{ ...app, name: 'Upwage', redirectUris: 'loopback' }], ...options.lever },
    env: {
      UPWAGE_LEVER_CLIENT_ID: app.clientId,
      UPWAGE_LEVER_CLIENT_SECRET: app.clientSecret,
      ...options.env,
    },
  });

/** What Upwage's staff send to the customer. */
export async function connectLink(
  world: UpwageWorld,
  customer: string,
  settings: Record<string, unknown> = {},
): Promise<string> {
  const { status, body } = await operator<{ url: string }>(world, 'POST', '/connect-links', {
    vendor: 'upwage',
    customer,
    credentials: { webhookSecret: defaultSecret },
    settings: { ...usualSettings, ...settings },
  });
  if (status !== 201) throw new Error(`no link: ${JSON.stringify(body)}`);
  return body.url;
}

/** From the link to Lever's page that asks for the consent. */
export async function atConsent(world: UpwageWorld, url: string, browser: Browser): Promise<Page> {
  const page = await browser.submit(await browser.open(url));
  if (!page.url.startsWith(`${world.lever.authUrl}/authorize?`))
    throw new Error(`not at Lever: ${page.text}`);
  return page;
}

export async function connectionsOf(world: UpwageWorld, customer: string): Promise<PresentedConnection[]> {
  const path = '/connections?limit=200';
  const { body } = await operator<{ data: PresentedConnection[] }>(world, 'GET', path);
  return body.data.filter((one) => one.customer === customer);
}

/** A customer who has consented; Upwage sends its events to this connection from now on. */
export async function linked(
  world: UpwageWorld,
  customer: string,
  settings: Record<string, unknown> = {},
): Promise<PresentedConnection> {
  const browser = newBrowser();
  const consent = await atConsent(world, await connectLink(world, customer, settings), browser);
  const arrived = await browser.decide(consent, 'accept');
  const [connection] = await connectionsOf(world, customer);
  if (connection?.status !== 'active') throw new Error(`not connected: ${arrived.text}`);
  world.upwage.admin.sendTo(String(connection.callbackUrl));
  return connection;
}

/** One Lever account has one connection of a vendor: makes room for the next. */
export async function unlinked(world: UpwageWorld, { id }: PresentedConnection): Promise<void> {
  const { status } = await operator(world, 'POST', `/connections/${id}/disable`);
  if (status !== 200) throw new Error(`the connection is still there: ${status}`);
}
