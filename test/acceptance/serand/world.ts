import { assemble } from '../../../scripts/assemble';
import type { SerandSimulator } from '../../../simulators/serand/server';
import { defaultAccount, startSerandSimulator } from '../../../simulators/serand/server';
import type { Person as Applicant } from '../../helpers/actions';
import { operator } from '../../helpers/actions';
import { until } from '../../helpers/until';
import type { World } from '../../helpers/world';
import { accepts, atConsent, startCustomerWorld } from '../people/customer';
import type { Person, Seen } from '../people/person';
import { linksOf, somebody } from '../people/person';

/** A hub between Lever and Serand, and what the people at Serand and the candidates do there. */
export interface SerandWorld extends World {
  serand: SerandSimulator;
}

export const customerName = 'Acme Stores';

export const startSerandWorld = (): Promise<SerandWorld> =>
  assemble(async (atEnd) => {
    const serand = await startSerandSimulator({ callbackRetries: [] });
    atEnd(() => serand.stop());
    const world = await startCustomerWorld({ variable: 'SERAND', label: 'Serand' }, serand);
    atEnd(() => world.stop());
    return { ...world, serand };
  });

/** Somebody of the customer asks Serand for something. @param as who is signed in at Serand */
export async function asks(
  { serand }: SerandWorld,
  person: Person,
  button: string,
  as: 'admin' | 'member' = 'admin',
): Promise<Seen> {
  return person.press(await person.open(`${serand.url}/integrations/lever`), button, { user: as });
}

/** Serand's staff has the hub make an authorisation link and sends it to whoever asked. */
export async function answersWithLink(
  world: SerandWorld,
  settings: Record<string, unknown> = {},
): Promise<void> {
  const { status, body } = await operator<{ url: string }>(world, 'POST', '/connect-links', {
    vendor: 'serand',
    customer: customerName,
    credentials: { apiKey: defaultAccount.apiKey, webhookSecret: defaultAccount.webhookSecret },
    settings: { triggerStages: ['Phone screen'], resultsStage: 'Review', ...settings },
  });
  if (status !== 201) throw new Error(`no link: ${JSON.stringify(body)}`);
  const staff = somebody();
  await staff.press(await staff.open(`${world.serand.url}/desk`), 'Send the link', { link: body.url });
}

/** The newest e-mail with this subject, opened, and where its link leads. */
export async function mail(
  { serand }: SerandWorld,
  person: Person,
  to: string,
  subject: string,
): Promise<{ page: Seen; link: string }> {
  const found = await until(`${to} gets "${subject}"`, () =>
    serand.admin.mailbox({ to }).findLast((message) => message.subject === subject),
  );
  const page = await person.open(`${serand.url}/mailbox/${found.id}`);
  const link = linksOf(page.html).find((href) => href.startsWith('http'));
  if (link === undefined) throw new Error(`no link in ${page.text}`);
  return { page, link };
}

export const adminsAddress = 'alex.admin@customer.example.com';

/** From the request to the e-mail with the link. */
export async function sentLink(
  world: SerandWorld,
  person: Person,
  settings?: Record<string, unknown>,
): Promise<string> {
  await asks(world, person, 'Ask for a connection');
  await answersWithLink(world, settings);
  return (await mail(world, person, adminsAddress, 'Connect Serand with Lever')).link;
}

/** The whole way to a connection. */
export async function connects(world: SerandWorld, settings?: Record<string, unknown>): Promise<Seen> {
  const person = somebody();
  return accepts(person, await atConsent(person, await sentLink(world, person, settings)));
}

/** The assessment that the candidate is invited to; waits for the e-mail. */
export async function invitedTo(world: SerandWorld, candidate: Applicant): Promise<string> {
  const { page, link } = await mail(world, somebody(), candidate.email, 'You are invited to an assessment');
  expect(page.text).toContain(candidate.email);
  return (await somebody().open(link)).text;
}

export const mailsTo = ({ serand }: SerandWorld, { email }: Applicant): number =>
  serand.admin.mailbox({ to: email }).length;

/** The candidate opens the e-mail and goes through the assessment. */
export async function takes(world: SerandWorld, candidate: Applicant): Promise<void> {
  const person = somebody();
  const { link } = await mail(world, person, candidate.email, 'You are invited to an assessment');
  const questions = await person.press(await person.open(link), 'Start');
  const answers = { q1: 'Fully', q2: 'Partly', q3: 'That people listen.' };
  expect((await person.press(questions, 'Submit', answers)).text).toContain('Thank you');
}

/** Waits until the hub has taken what Serand calls back about a finished assessment. */
export const callbackTaken = ({ serand }: SerandWorld, { email }: Applicant): Promise<unknown> =>
  until(
    'the callback is taken',
    () => {
      const [invitation] = serand.admin.applications({ email });
      return serand.admin.callbacks({ applicationId: invitation?.id });
    },
    (sent) => sent.some(({ status, body }) => status === 200 && body.includes('invitation.completed')),
  );

/** On the Assessments page: the posting's id into ATS ID, complete or not, and saved. */
export async function linksAssessment(
  { serand }: SerandWorld,
  name: string,
  atsId: string,
  { complete = true } = {},
): Promise<Seen> {
  const person = somebody();
  const list = await person.open(`${serand.url}/assessments`);
  const href = new RegExp(`<a href="([^"]+)">${name}</a>`).exec(list.html)?.[1];
  const page = await person.open(new URL(String(href), list.address).href);
  return person.press(page, 'Save', { ats_id: atsId, complete: complete ? 'yes' : '' });
}
