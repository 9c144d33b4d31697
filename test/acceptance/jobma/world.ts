import { assemble } from '../../../scripts/assemble';
import type { JobmaSimulator } from '../../../simulators/jobma/server';
import { startJobmaSimulator } from '../../../simulators/jobma/server';
import { SEED } from '../../../simulators/lever/seed';
import type { Person as Applicant } from '../../helpers/actions';
import { until } from '../../helpers/until';
import type { World } from '../../helpers/world';
import { accepts, atConsent, startCustomerWorld } from '../people/customer';
import { atLever } from '../people/lever-browser';
import type { Person, Seen } from '../people/person';
import { linksOf, somebody } from '../people/person';

/** A hub between Lever and Jobma, and what the customer's people and the candidates do at Jobma. */
export interface JobmaWorld extends World {
  jobma: JobmaSimulator;
}

export const customerName = 'Acme Stores';

/** The customer's pipeline has a stage "Jobma". */
export const startJobmaWorld = (env: Record<string, string> = {}): Promise<JobmaWorld> =>
  assemble(async (atEnd) => {
    const jobma = await startJobmaSimulator({ callbackRetries: [] });
    atEnd(() => jobma.stop());
    const world = await startCustomerWorld({ variable: 'JOBMA', label: 'Jobma' }, jobma, { env });
    atEnd(() => world.stop());
    jobma.admin.joinPartner({
      apiUrl: `${world.api.url}/api/v1`,
      token: world.api.operatorToken,
      customer: customerName,
      lever: { apiUrl: world.lever.apiUrl, apiKey: SEED.apiKey },
    });
    const browser = await atLever(world);
    await browser.person.press(await browser.open('/settings/pipeline'), 'Add', { text: 'Jobma' });
    return { ...world, jobma };
  });

/** Integrations > Integrations > Lever. */
export async function leverAtJobma({ jobma }: JobmaWorld, person: Person): Promise<Seen> {
  const list = await person.open(`${jobma.url}/integrations`);
  const entry = /<a href="([^"]+)">Lever<\/a>/.exec(list.html)?.[1];
  if (entry === undefined) throw new Error(`Lever is not listed: ${list.text}`);
  return person.open(new URL(entry, list.address).href);
}

/** Selects Lever at Jobma. @param as who is signed in there */
export async function selectsLever(
  world: JobmaWorld,
  person: Person,
  as: 'admin' | 'member' = 'admin',
): Promise<Seen> {
  return person.press(await leverAtJobma(world, person), 'Connect Lever', { user: as });
}

/** Where the page leads that Jobma answers to whoever selects Lever. */
export function authorisationLink(page: Seen): string {
  const link = linksOf(page.html).find((href) => href.includes('/connect/link/'));
  if (link === undefined) throw new Error(`no authorisation begins here: ${page.text}`);
  return link;
}

/** From Jobma's list of integrations to Lever's consent page. */
export const authorises = async (world: JobmaWorld, person: Person): Promise<Seen> =>
  atConsent(person, authorisationLink(await selectsLever(world, person)));

/** The whole way to a connection. */
export async function connects(world: JobmaWorld): Promise<Seen> {
  const person = somebody();
  return accepts(person, await authorises(world, person));
}

/** Gives a posting of the panel this interview kit. */
export async function givesKit(world: JobmaWorld, posting: string, kit: string): Promise<Seen> {
  const person = somebody();
  const panel = await leverAtJobma(world, person);
  const entry = new RegExp(`<a href="([^"]+)">${posting}</a>`).exec(panel.html)?.[1];
  if (entry === undefined) throw new Error(`${posting} is not listed: ${panel.text}`);
  return person.press(await person.open(new URL(entry, panel.address).href), 'Save', { kit });
}

/** Setup Interview > Interview Kit. Answers the kit's id. */
export async function makesKit({ jobma }: JobmaWorld, name: string, questions: string[]): Promise<string> {
  const person = somebody();
  const page = await person.open(`${jobma.url}/kits`);
  await person.press(page, 'Save', { name, questions: questions.join('\n') });
  return jobma.admin.kits().at(-1)?.id ?? '';
}

/** The candidate's invitation, opened: the e-mail, and the first page of the interview. */
export async function invitation(
  { jobma }: JobmaWorld,
  { email }: Applicant,
): Promise<{ mail: Seen; interview: Seen; link: string }> {
  const found = await until('the e-mail', () => jobma.admin.mailbox({ to: email }).at(-1));
  const person = somebody();
  const mail = await person.open(`${jobma.url}/mailbox/${found.id}`);
  const link = String(linksOf(mail.html).find((href) => href.includes('/interview/')));
  return { mail, interview: await person.open(link), link };
}

export const mailsTo = ({ jobma }: JobmaWorld, { email }: Applicant): number =>
  jobma.admin.mailbox({ to: email }).length;

/** The questions of the interview that the candidate is invited to. */
export async function questionsFor(world: JobmaWorld, candidate: Applicant): Promise<string> {
  const { interview } = await invitation(world, candidate);
  return (await somebody().press(interview, 'Start')).text;
}

/** The candidate goes through the interview of the kit "Retail first interview". */
export async function takes(world: JobmaWorld, candidate: Applicant): Promise<void> {
  const person = somebody();
  const { interview } = await invitation(world, candidate);
  const questions = await person.press(interview, 'Start');
  const done = await person.press(questions, 'Submit', { q1: 'I am Dana, a baker.', q2: 'Often' });
  expect(done.text).toContain('Thank you');
}
