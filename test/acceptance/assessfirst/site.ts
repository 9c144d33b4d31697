import { startAssessFirstSimulator } from '../../../simulators/assessfirst/server';
import type { AssessFirstSimulator } from '../../../simulators/assessfirst/server';
import type { LeverSimulatorOptions } from '../../../simulators/lever/options';
import { SEED } from '../../../simulators/lever/seed';
import { operator } from '../../helpers/story';
import type { Person as Candidate } from '../../helpers/story';
import { until } from '../../helpers/until';
import { startWorld } from '../../helpers/world';
import type { World } from '../../helpers/world';
import { accepts, atConsent, newCandidate } from '../people/customer';
import type { Card, Desk } from '../people/at-lever';
import { linksOf, somebody } from '../people/person';
import type { Person, Seen } from '../people/person';

/** A hub between Lever and AssessFirst, and what the people at AssessFirst and the candidates do there. */
export interface Site {
  world: World;
  assessfirst: AssessFirstSimulator;
}

const app = { clientId: 'assessfirst-at-lever', clientSecret: 'assessfirst-app-secret' };

export async function startSite(
  lever: LeverSimulatorOptions = {},
): Promise<Site & { stop(): Promise<void> }> {
  const assessfirst = await startAssessFirstSimulator({ callbackRetries: [] });
  const world = await startWorld({
    lever,
    env: {
      ASSESSFIRST_BASE_URL: assessfirst.apiUrl,
      ASSESSFIRST_LEVER_CLIENT_ID: app.clientId,
      ASSESSFIRST_LEVER_CLIENT_SECRET: app.clientSecret,
    },
  }).catch(async (error: unknown) => {
    await assessfirst.stop();
    throw error;
  });
  world.lever.admin.registerApp({ ...app, name: 'AssessFirst', redirectUris: 'loopback' });
  // Every world comes with a connection of another vendor, which is none of this customer's.
  await operator(world, 'POST', `/connections/${world.connection.id}/disable`);
  const { url, operatorToken: token } = world.api;
  assessfirst.admin.joinPartner({ apiUrl: `${url}/api/v1`, token, customer: 'Acme Stores' });
  return {
    world,
    assessfirst,
    stop: async () => {
      await world.stop();
      await assessfirst.stop();
    },
  };
}

/** The Lever account's service user with the role Super Admin. */
export const serviceUser = 'integration.service@customer.example.com';

/** AssessFirst's Settings > Integrations > Lever. */
export async function leverSettings({ assessfirst }: Site, person: Person): Promise<Seen> {
  const list = await person.open(`${assessfirst.url}/settings/integrations`);
  const [address] = linksOf(list.html).filter((href) => href.endsWith('/lever'));
  return person.open(new URL(String(address), list.address).href);
}

/** Activate, by somebody with this role at AssessFirst. */
export const activates = async (
  site: Site,
  person: Person,
  user: 'admin' | 'recruiter' = 'admin',
): Promise<Seen> => person.press(await leverSettings(site, person), 'Activate', { user });

/** Where "Log in to Lever" in the modal leads. */
export function loginIn(modal: Seen): string {
  const login = /<a href="([^"]+)">Log in to Lever<\/a>/.exec(modal.html)?.[1];
  if (login === undefined) throw new Error(`no login on ${modal.address}: ${modal.text}`);
  return login;
}

/** From Activate to Lever's consent page. */
export const toConsent = async (site: Site, person: Person): Promise<Seen> =>
  atConsent(person, loginIn(await activates(site, person)));

/** From Activate to the page after Accept. */
export async function logsIn(site: Site, person: Person = somebody()): Promise<Seen> {
  return accepts(person, await toConsent(site, person));
}

/** Fills in the two fields. */
export const fillsIn = async (
  site: Site,
  fields: { email?: string; assessment?: string },
  person: Person = somebody(),
): Promise<Seen> => person.press(await leverSettings(site, person), 'Save', fields);

/** The whole way to an active integration; sends at this stage. */
export async function connects(site: Site, assessment: string = SEED.stages.assessment): Promise<void> {
  await logsIn(site);
  const page = await fillsIn(site, { email: serviceUser, assessment });
  expect(page.text).toContain('The integration is active');
}

/** A candidate for a new posting with these tags, still a new applicant. */
export const applicantFor = async (desk: Desk, tags: string): Promise<Candidate> =>
  newCandidate(desk, { postingId: await desk.post({ text: 'Open position', tags }) });

/** The e-mail of AssessFirst to this candidate, opened, and where its link leads. */
export async function invitationTo({ assessfirst }: Site, { email }: Candidate): Promise<string> {
  const found = await until(
    'AssessFirst sends the invitation',
    () => assessfirst.admin.mailbox({ to: email })[0],
  );
  const page = await somebody().open(`${assessfirst.url}/mailbox/${found.id}`);
  const link = linksOf(page.html).find((href) => href.includes('/invitation/'));
  if (link === undefined) throw new Error(`no link in ${page.text}`);
  return link;
}

export const mailsTo = ({ assessfirst }: Site, { email }: Candidate): number =>
  assessfirst.admin.mailbox({ to: email }).length;

/** The candidate answers everything that one questionnaire asks. */
export async function answers(person: Person, link: string, questionnaire: string): Promise<Seen> {
  const page = await person.open(`${link}/${questionnaire}`);
  const chosen = [...page.html.matchAll(/type="radio"\s+name="([^"]+)"\s+value="([^"]+)"/g)];
  const written = [...page.html.matchAll(/<textarea id="([^"]+)"/g)];
  const fields = Object.fromEntries([
    ...chosen.map(([, name, value]) => [String(name), String(value)] as const),
    ...written.map(([, name]) => [String(name), 'Because I like it.'] as const),
  ]);
  return person.press(page, 'Submit', fields);
}

/** The questionnaires that the candidate's own page still asks for. */
export async function openQuestionnaires(person: Person, link: string): Promise<string[]> {
  const base = new URL(link).pathname;
  return linksOf((await person.open(link)).html).flatMap((href) =>
    href.startsWith(`${base}/`) ? [href.slice(base.length + 1)] : [],
  );
}

/** From the link in the e-mail to the last page. */
export async function finishes(link: string): Promise<void> {
  const person = somebody();
  await person.press(await person.open(link), 'Accept the invitation');
  for (const name of await openQuestionnaires(person, link)) await answers(person, link, name);
  expect((await person.open(link)).text).toContain('You have completed all questionnaires');
}

/** AssessFirst's own tags on the card; they show the state. */
export const stateTags = ({ tags }: Card): string[] => tags.filter((tag) => tag.includes('AssessFirst:'));

/** Waits until the card shows this state, and no other beside it. */
export const seesState = (desk: Desk, { opportunityId }: Candidate, state: string): Promise<Card> =>
  desk.sees(opportunityId, `Lever shows "${state}"`, (card) => stateTags(card).join() === state);
