import type { PresentedConnection } from '../../../api/connections/present';
import { SEED } from '../../../simulators/lever/seed';
import type { Person as Applicant } from '../../helpers/actions';
import { deliveriesOf, operator } from '../../helpers/actions';
import { until } from '../../helpers/until';
import type { World, WorldOptions } from '../../helpers/world';
import { startWorld } from '../../helpers/world';
import type { LeverBrowser } from './lever-browser';
import { freshEmail } from './lever-browser';
import type { Person, Seen } from './person';

/** What a customer and the vendor's integration team do with the hub: its connect pages and its API. */

/**
 * A hub between Lever and one simulated vendor that has its own app at Lever; nobody is connected yet.
 * @param vendor as in the hub's variables, e.g. `JOBMA`
 */
export async function startCustomerWorld(
  vendor: { variable: string; label: string },
  simulator: { apiUrl: string },
  { env, lever }: Pick<WorldOptions, 'env' | 'lever'> = {},
): Promise<World> {
  const app = { clientId: `${vendor.label} at Lever`, clientSecret: `secret of ${vendor.label}` };
  const world = await startWorld({
    ...(lever && { lever }),
    env: {
      [`${vendor.variable}_BASE_URL`]: simulator.apiUrl,
      [`${vendor.variable}_LEVER_CLIENT_ID`]: app.clientId,
      [`${vendor.variable}_LEVER_CLIENT_SECRET`]: app.clientSecret,
      ...env,
    },
  });
  world.lever.admin.registerApp({ ...app, name: vendor.label, redirectUris: 'loopback' });
  // Every world comes with a connection of another vendor, which is none of this customer's.
  await operator(world, 'POST', `/connections/${world.connection.id}/disable`);
  return world;
}

/** From the authorisation link to Lever's consent page. */
export const atConsent = async (person: Person, link: string): Promise<Seen> =>
  person.press(await person.open(link), 'Continue to Lever');

/** Signs in to Lever as this user and accepts. */
export const accepts = (person: Person, consent: Seen, user: string = SEED.users.superAdmin): Promise<Seen> =>
  person.press(consent, 'Accept', { user });

/** Somebody whom the recruiter adds by hand. */
export async function newCandidate(
  browser: LeverBrowser,
  { postingId = SEED.postings.storeClerk, stage = 'New applicant', name = 'Dana Example' } = {},
): Promise<Applicant> {
  const email = freshEmail();
  return { name, email, opportunityId: await browser.add({ name, email, postingId, stage }) };
}

/** The vendor's connections that are not disabled. */
export async function connectionsOf(world: World, vendor: string): Promise<PresentedConnection[]> {
  const path = `/connections?vendor=${vendor}&limit=200`;
  const { body } = await operator<{ data: PresentedConnection[] }>(world, 'GET', path);
  return body.data.filter(({ status }) => status !== 'disabled');
}

/** The one connection of the vendor's customer. */
export async function connectionOf(world: World, vendor: string): Promise<PresentedConnection> {
  const [connection, ...more] = await connectionsOf(world, vendor);
  if (connection === undefined || more.length > 0) throw new Error(`${more.length + 1} connections`);
  return connection;
}

/** Ends what was connected, so that the customer can begin anew. */
export async function startAfresh(world: World, vendor: string): Promise<void> {
  for (const { id } of await connectionsOf(world, vendor)) {
    const { status, body } = await operator(world, 'POST', `/connections/${id}/disable`);
    if (status !== 200) throw new Error(`not disabled: ${JSON.stringify(body)}`);
  }
}

/** A change of settings, and its answer. */
export async function sets(
  world: World,
  vendor: string,
  settings: Record<string, unknown>,
): Promise<{ status: number; body: PresentedConnection & { detail?: string } }> {
  const { id } = await connectionOf(world, vendor);
  return operator(world, 'PATCH', `/connections/${id}`, { settings });
}

/** Waits until the hub has answered a move of the candidate in this way: `started`, `ignored`, `held` … */
export const answered = (world: World, { opportunityId }: Applicant, verdict: string): Promise<unknown> =>
  until(
    `the move is ${verdict}`,
    () => deliveriesOf(world, { opportunityId }),
    (found) => found.some((delivery) => delivery.verdict === verdict),
  );
