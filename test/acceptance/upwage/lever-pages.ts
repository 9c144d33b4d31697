import { SEED } from '../../../simulators/lever/seed';
import type { Browser, Page } from '../../api/connect-browser';
import { newBrowser } from '../../api/connect-browser';
import type { UpwageWorld } from '../../vendors/upwage-world';

/** What people of the customer see of a candidate in Lever. */

/** Somebody who is signed in to Lever. */
export async function signedIn(world: UpwageWorld, userId: string): Promise<Browser> {
  const browser = newBrowser();
  // The first form of every page chooses whom one looks at it as.
  await browser.submit(await browser.open(`${world.lever.url}/settings/integrations`), { viewer: userId });
  return browser;
}

export const profile = (
  world: UpwageWorld,
  opportunityId: string,
  browser: Browser = newBrowser(),
): Promise<Page> => browser.open(`${world.lever.url}/candidates/${opportunityId}`);

/** What stands under one of the page's headings, without the markup. */
export function part(page: Page, heading: string): string {
  const found = page.html.split('<section').find((each) => each.includes(`>${heading}</h2>`));
  if (found === undefined) throw new Error(`nothing is headed ${heading} on ${page.url}`);
  return found.replace(/<[^<>]+>/g, ' ').replace(/\s+/g, ' ');
}

/** Every file that the page lists: a click opens it. */
export const fileAddresses = (page: Page): string[] =>
  [...page.html.matchAll(/href="(\/candidates\/[^"]+\/files\/[^"]+)"/g)].map(
    ([, path]) => new URL(String(path), page.url).href,
  );

/** Opens the one file of a candidate as the recruiter does. */
export async function openedDocument(world: UpwageWorld, opportunityId: string): Promise<Response> {
  const [address, ...more] = fileAddresses(await profile(world, opportunityId));
  if (address === undefined || more.length > 0) throw new Error(`${more.length + 1} files instead of one`);
  return fetch(address, { headers: { cookie: `lever-user=${SEED.users.recruiter}` } });
}
