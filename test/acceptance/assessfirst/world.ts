import { assemble } from '../../../scripts/assemble';
import type { AssessFirstSimulator } from '../../../simulators/assessfirst/server';
import { startAssessFirstSimulator } from '../../../simulators/assessfirst/server';
import type { LeverSimulatorOptions } from '../../../simulators/lever/options';
import { SEED } from '../../../simulators/lever/seed';
import type { Person as Candidate } from '../../helpers/actions';
import { until } from '../../helpers/until';
import type { World } from '../../helpers/world';
import { accepts, atConsent, newCandidate, startCustomerWorld } from '../people/customer';
import type { Card, LeverBrowser } from '../people/lever-browser';
import type { Person, Seen } from '../people/person';
import { linksOf, somebody } from '../people/person';

/** A hub between Lever and AssessFirst, and what the people at AssessFirst and the candidates do there. */
export interface AssessFirstWorld extends World {
  assessfirst: AssessFirstSimulator;
}

export const startAssessFirstWorld = (lever: LeverSimulatorOptions = {}): Promise<AssessFirstWorld> =>
  assemble(async (atEnd) => {
    const assessfirst = await startAssessFirstSimulator({ callbackRetries: [] });
    atEnd(() => assessfirst.stop());
    const vendor = { variable: 'ASSESSFIRST', label: 'AssessFirst' };
    const world = await startCustomerWorld(vendor, assessfirst, { lever });
    atEnd(() => world.stop());
    const { url, operatorToken: token } = world.api;
    assessfirst.admin.joinPartner({ apiUrl: `${url}/api/v1`, token, customer: 'Acme Stores' });
    return { ...world, assessfirst };
  });

/** The Lever account's service user with the role Super Admin. */
export const serviceUser = 'integration.service@customer.example.com';

/** AssessFirst's Settings > Integrations > Lever. */
export async function leverSettings({ assessfirst }: AssessFirstWorld, person: Person): Promise<Seen> {
  const list = await person.open(`${assessfirst.url}/settings/integrations`);
  const [address] = linksOf(list.html).filter((href) => href.endsWith('/lever'));
  return person.open(new URL(String(address), list.address).href);
}

/** Activate, by somebody with this role at AssessFirst. */
export const activates = async (
  world: AssessFirstWorld,
  person: Person,
  user: 'admin' | 'recruiter' = 'admin',
): Promise<Seen> => person.press(await leverSettings(world, person), 'Activate', { user });

/** Where "Log in to Lever" in the modal leads. */
export function loginIn(modal: Seen): string {
  const login = /<a href="([^"]+)">Log in to Lever<\/a>/.exec(modal.html)?.[1];
  if (login === undefined) throw new Error(`no login on ${modal.address}: ${modal.text}`);
  return login;
}

/** From Activate to Lever's consent page. */
export const toConsent = async (world: AssessFirstWorld, person: Person): Promise<Seen> =>
  atConsent(person, loginIn(await activates(world, person)));

/** From Activate to the page after Accept. */
export async function logsIn(world: AssessFirstWorld, person: Person = somebody()): Promise<Seen> {
  return accepts(person, await toConsent(world, person));
}

/** Fills in the two fields. */
export const fillsIn = async (
  world: AssessFirstWorld,
  fields: { email?: string; assessment?: string },
  person: Person = somebody(),
): Promise<Seen> => person.press(await leverSettings(world, person), 'Save', fields);

/** The whole way to an active integration; sends at this stage. */
export async function connects(
  world: AssessFirstWorld,
  assessment: string = SEED.stages.assessment,
): Promise<void> {
  await logsIn(world);
  const page = await fillsIn(world, { email: serviceUser, assessment });
  expect(page.text).toContain('The integration is active');
}

/** A candidate for a new posting with these tags, still a new applicant. */
export const applicantFor = async (browser: LeverBrowser, tags: string): Promise<Candidate> =>
  newCandidate(browser, { postingId: await browser.post({ text: 'Open position', tags }) });

/** The e-mail of AssessFirst to this candidate, opened, and where its link leads. */
export async function invitationTo({ assessfirst }: AssessFirstWorld, { email }: Candidate): Promise<string> {
  const found = await until(
    'AssessFirst sends the invitation',
    () => assessfirst.admin.mailbox({ to: email })[0],
  );
  const page = await somebody().open(`${assessfirst.url}/mailbox/${found.id}`);
  const link = linksOf(page.html).find((href) => href.includes('/invitation/'));
  if (link === undefined) throw new Error(`no link in ${page.text}`);
  return link;
}

export const mailsTo = ({ assessfirst }: AssessFirstWorld, { email }: Candidate): number =>
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
export const seesState = (
  browser: LeverBrowser,
  { opportunityId }: Candidate,
  state: string,
): Promise<Card> =>
  browser.sees(opportunityId, `Lever shows "${state}"`, (card) => stateTags(card).join() === state);
