import { SEED } from '../../../simulators/lever/seed';
import { useWorld } from '../../helpers/use-world';
import { newCandidate } from '../people/customer';
import type { Card, LeverBrowser } from '../people/lever-browser';
import { atLever } from '../people/lever-browser';
import type { Person } from '../people/person';
import { somebody } from '../people/person';
import { jobma } from '../promises/jobma';
import { testsOf } from '../promises/promise';
import {
  connects,
  givesKit,
  invitation,
  leverAtJobma,
  mailsTo,
  makesKit,
  questionsFor,
  startJobmaWorld,
  takes,
} from './world';

const promise = testsOf(jobma);

const world = useWorld(() => startJobmaWorld());
let browser: LeverBrowser;
beforeAll(async () => {
  await connects(world);
  browser = await atLever(world, SEED.users.recruiter);
});

/** A new candidate in the stage "Jobma". */
async function moved(given: Parameters<typeof newCandidate>[1] = {}) {
  const candidate = await newCandidate(browser, given);
  await browser.move(candidate.opportunityId, 'Jobma');
  return candidate;
}

/** … who has taken the interview; and the note's link, when it is there. */
async function interviewed() {
  const candidate = await moved();
  await takes(world, candidate);
  const { notes } = await browser.sees(candidate.opportunityId, 'the note', (card) =>
    card.notes.includes('/results/'),
  );
  return { ...candidate, link: linkIn(notes) };
}

const linkIn = (notes: string): string => /http:\/\/[^\s<]+\/results\/[0-9a-f]+/.exec(notes)?.[0] ?? '';
const jobmasTags = ({ tags }: Card): string[] => tags.filter((tag) => tag.includes('Jobma'));
const evaluates = async (person: Person, link: string, rating: string, decision: string) =>
  person.press(await person.open(link), 'Save the evaluation', { rating, decision });

promise('JO-2', async () => {
  const { opportunityId, link } = await interviewed();
  await evaluates(somebody(), link, '5', 'approved');
  const { notes } = await browser.sees(opportunityId, 'the evaluation', (card) =>
    card.notes.includes('Rating: 5 of 5'),
  );
  expect(notes).toContain('Decision: approved');
});

promise('JO-4', async () => {
  const person = somebody();
  const home = await person.open(world.jobma.url);
  expect(home.text).toContain('Setup Interview: Interview Kit');
  const kits = await person.open(`${world.jobma.url}/kits`);
  const refused = await person.press(kits, 'Save', { name: 'Without questions', questions: '' });
  expect([refused.status, refused.text]).toEqual([422, expect.stringContaining('at least one question')]);
  await makesKit(world, 'Bakers', ['Do you get up early?', 'Since when do you bake?']);
  expect((await person.open(`${world.jobma.url}/kits`)).text).toMatch(/\d Bakers 2/);
});

promise('JO-8', async () => {
  const florist = await browser.post({ text: 'Florist' });
  const kit = await makesKit(world, 'Florists', ['Which flower blooms in winter?']);
  const saved = await givesKit(world, 'Florist', kit);
  expect(saved.text).toContain('Florist Florists');
  expect(await questionsFor(world, await moved({ postingId: florist }))).toContain('Which flower blooms in');
  // Only for this posting, and for as long as it is so.
  expect(await questionsFor(world, await moved())).toContain('introduce yourself');
  await givesKit(world, 'Florist', '');
  expect(await questionsFor(world, await moved({ postingId: florist }))).toContain('introduce yourself');
});

promise('JO-9', async () => {
  const person = somebody();
  const porter = await browser.post({ text: 'Porter' });
  expect((await leverAtJobma(world, person)).text).toContain('Porter default kit');
  expect(await questionsFor(world, await moved({ postingId: porter }))).toContain('introduce yourself');
  await person.press(await leverAtJobma(world, person), 'Save', { kit: '102' });
  expect(await questionsFor(world, await moved({ postingId: porter }))).toContain('Tell us of a team');

  // Without one nothing can be sent, and the recruiter is told.
  await person.press(await leverAtJobma(world, person), 'Save', { kit: '' });
  const candidate = await moved({ postingId: porter });
  const card = await browser.sees(candidate.opportunityId, 'why nothing was sent', ({ notes }) =>
    notes.includes('the posting has no interview kit, and there is no default one'),
  );
  expect(jobmasTags(card)).toEqual(['Jobma Interview Error']);
  expect(mailsTo(world, candidate)).toBe(0);
  await person.press(await leverAtJobma(world, person), 'Save', { kit: '101' });
});

promise('JO-11', async () => {
  await invitation(world, await moved());
  // Somebody who was there before Jobma was connected.
  const there = /<a href="\/candidates\/([^"]+)">Cleo Example<\/a>/.exec((await browser.open('/')).html)?.[1];
  await browser.move(String(there), 'Jobma');
  const { mail } = await invitation(world, {
    opportunityId: '',
    name: '',
    email: 'cleo.example@example.com',
  });
  expect(mail.text).toContain('Area Manager');
});

promise('JO-12', async () => {
  // One word is a name: no family name, no telephone, no résumé.
  const candidate = await moved({ name: 'Cher' });
  const { mail, interview } = await invitation(world, candidate);
  expect(mail.text).toContain('Hello Cher');
  expect(mail.text).toContain('Store Clerk');
  expect(interview.text).toContain('Welcome, Cher');
});

promise('JO-13', async () => {
  const candidate = await newCandidate(browser);
  await browser.move(candidate.opportunityId, 'Phone screen');
  await browser.move(candidate.opportunityId, 'Jobma');
  const { mail } = await invitation(world, candidate);
  expect(mail.text).toContain('invited to a video interview with Jobma');
  await browser.sees(candidate.opportunityId, 'the invitation', (card) => jobmasTags(card).length > 0);
  expect(mailsTo(world, candidate)).toBe(1);
});

promise('JO-14', async () => {
  const candidate = await moved();
  const { link } = await invitation(world, candidate);
  const { links } = await browser.sees(candidate.opportunityId, 'the link', (card) => card.links.length > 0);
  expect(links).toEqual([link]);
  expect((await somebody().open(String(links[0]))).text).toContain('Welcome, Dana');
});

promise('JO-15', async () => {
  const { opportunityId } = await moved();
  const card = await browser.sees(opportunityId, 'the status', (seen) => jobmasTags(seen).length > 0);
  expect(jobmasTags(card)).toEqual(['Jobma Interview Invited']);
  // Whoever sees the status finds the interview as well.
  expect(card.links).toHaveLength(1);
});

promise('JO-16', async () => {
  const candidate = await moved();
  await browser.sees(candidate.opportunityId, 'the invitation', (card) => jobmasTags(card).length > 0);
  expect((await browser.card(candidate.opportunityId)).notes).not.toContain('Evaluate it here');
  await takes(world, candidate);
  const { notes } = await browser.sees(candidate.opportunityId, 'the note', (card) =>
    card.notes.includes('Evaluate it here'),
  );
  const [interview] = world.jobma.admin.applications({ email: candidate.email });
  expect(linkIn(notes)).toBe(interview?.resultsUrl);
});

promise('JO-17', async () => {
  const { name, link } = await interviewed();
  const person = somebody();
  const page = await person.open(link);
  expect(page.text).toContain(name);
  expect(page.text).toContain('I am Dana, a baker.');
  expect((await evaluates(person, link, '4', 'on_hold')).text).toContain('on hold, rated 4 of 5');
});

promise('JO-18', async () => {
  const { link } = await interviewed();
  await evaluates(somebody(), link, '2', 'on_hold');
  const colleague = somebody();
  expect((await colleague.open(link)).text).toContain('on hold, rated 2 of 5');
  expect((await evaluates(colleague, link, '3', 'approved')).text).toContain('approved, rated 3 of 5');
});

promise('JO-19', async () => {
  const candidate = await moved();
  await browser.sees(candidate.opportunityId, 'the invitation', (card) => jobmasTags(card).length > 0);
  await takes(world, candidate);
  const card = await browser.sees(candidate.opportunityId, 'the status', ({ tags }) =>
    tags.some((tag) => tag.includes('Completed')),
  );
  expect(jobmasTags(card)).toEqual(['Jobma Interview Completed']);
});

promise('JO-20', async () => {
  const candidate = await moved();
  await invitation(world, candidate);
  world.jobma.admin.inviteByHand({ email: 'by.hand@example.com', kitId: '101' });
  const person = somebody();
  expect((await person.open(world.jobma.url)).text).toContain('Interview Listing: Lever');
  const listing = (await person.open(`${world.jobma.url}/integrations/interviews/lever`)).text;
  expect(listing).toContain(`${candidate.email} Store Clerk Retail first interview pending`);
  expect(listing).not.toContain('by.hand@example.com');
});
