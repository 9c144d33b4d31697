import { SEED } from '../../../simulators/lever/seed';
import { startJobmaSimulator } from '../../../simulators/jobma/server';
import type { JobmaSimulator } from '../../../simulators/jobma/server';
import type { Person as Applicant } from '../../helpers/story';
import { until } from '../../helpers/until';
import type { World } from '../../helpers/world';
import { accepts, atConsent, worldOf } from '../people/customer';
import { atLever } from '../people/at-lever';
import { linksOf, somebody } from '../people/person';
import type { Person, Seen } from '../people/person';

/** A hub between Lever and Jobma, and what the customer's people and the candidates do at Jobma. */
export interface Site {
  world: World;
  jobma: JobmaSimulator;
}

export const customerName = 'Acme Stores';

/** The customer's pipeline has a stage "Jobma". */
export async function startSite(
  env: Record<string, string> = {},
): Promise<Site & { stop: () => Promise<void> }> {
  const jobma = await startJobmaSimulator({ callbackRetries: [] });
  const { world, stop } = await worldOf({ variable: 'JOBMA', label: 'Jobma' }, jobma, env);
  jobma.admin.joinPartner({
    apiUrl: `${world.api.url}/api/v1`,
    token: world.api.operatorToken,
    customer: customerName,
    lever: { apiUrl: world.lever.apiUrl, apiKey: SEED.apiKey },
  });
  const desk = await atLever(world);
  await desk.person.press(await desk.open('/settings/pipeline'), 'Add', { text: 'Jobma' });
  return { world, jobma, stop };
}

/** Integrations > Integrations > Lever. */
export async function leverAtJobma({ jobma }: Site, person: Person): Promise<Seen> {
  const list = await person.open(`${jobma.url}/integrations`);
  const entry = /<a href="([^"]+)">Lever<\/a>/.exec(list.html)?.[1];
  if (entry === undefined) throw new Error(`Lever is not listed: ${list.text}`);
  return person.open(new URL(entry, list.address).href);
}

/** Selects Lever at Jobma. @param as who is signed in there */
export async function selectsLever(
  site: Site,
  person: Person,
  as: 'admin' | 'member' = 'admin',
): Promise<Seen> {
  return person.press(await leverAtJobma(site, person), 'Connect Lever', { user: as });
}

/** Where the page leads that Jobma answers to whoever selects Lever. */
export function authorisationLink(page: Seen): string {
  const link = linksOf(page.html).find((href) => href.includes('/connect/link/'));
  if (link === undefined) throw new Error(`no authorisation begins here: ${page.text}`);
  return link;
}

/** From Jobma's list of integrations to Lever's consent page. */
export const authorises = async (site: Site, person: Person): Promise<Seen> =>
  atConsent(person, authorisationLink(await selectsLever(site, person)));

/** The whole way to a connection. */
export async function connects(site: Site): Promise<Seen> {
  const person = somebody();
  return accepts(person, await authorises(site, person));
}

/** Gives a posting of the panel this interview kit. */
export async function givesKit(site: Site, posting: string, kit: string): Promise<Seen> {
  const person = somebody();
  const panel = await leverAtJobma(site, person);
  const entry = new RegExp(`<a href="([^"]+)">${posting}</a>`).exec(panel.html)?.[1];
  if (entry === undefined) throw new Error(`${posting} is not listed: ${panel.text}`);
  return person.press(await person.open(new URL(entry, panel.address).href), 'Save', { kit });
}

/** Setup Interview > Interview Kit. Answers the kit's id. */
export async function makesKit({ jobma }: Site, name: string, questions: string[]): Promise<string> {
  const person = somebody();
  const page = await person.open(`${jobma.url}/kits`);
  await person.press(page, 'Save', { name, questions: questions.join('\n') });
  return jobma.admin.kits().at(-1)?.id ?? '';
}

/** The candidate's invitation, opened: the e-mail, and the first page of the interview. */
export async function invitation(
  { jobma }: Site,
  { email }: Applicant,
): Promise<{ mail: Seen; interview: Seen; link: string }> {
  const found = await until('the e-mail', () => jobma.admin.mailbox({ to: email }).at(-1));
  const person = somebody();
  const mail = await person.open(`${jobma.url}/mailbox/${found.id}`);
  const link = String(linksOf(mail.html).find((href) => href.includes('/interview/')));
  return { mail, interview: await person.open(link), link };
}

export const mailsTo = ({ jobma }: Site, { email }: Applicant): number =>
  jobma.admin.mailbox({ to: email }).length;

/** The questions of the interview that the candidate is invited to. */
export async function questionsFor(site: Site, candidate: Applicant): Promise<string> {
  const { interview } = await invitation(site, candidate);
  return (await somebody().press(interview, 'Start')).text;
}

/** The candidate goes through the interview of the kit "Retail first interview". */
export async function takes(site: Site, candidate: Applicant): Promise<void> {
  const person = somebody();
  const { interview } = await invitation(site, candidate);
  const questions = await person.press(interview, 'Start');
  const done = await person.press(questions, 'Submit', { q1: 'I am Dana, a baker.', q2: 'Often' });
  expect(done.text).toContain('Thank you');
}
