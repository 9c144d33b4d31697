import { SEED } from '../../../simulators/lever/seed';
import { useWorld } from '../../helpers/use-world';
import { connectionOf, newCandidate, sets } from '../people/customer';
import type { LeverBrowser } from '../people/lever-browser';
import { atLever, freshEmail } from '../people/lever-browser';
import { somebody, under } from '../people/person';
import { testsOf } from '../promises/promise';
import { serand } from '../promises/serand';
import { connects, invitedTo, linksAssessment, mail, mailsTo, startSerandWorld, takes } from './world';

const promise = testsOf(serand);

const world = useWorld(() => startSerandWorld());
let browser: LeverBrowser;
beforeAll(async () => {
  await connects(world);
  browser = await atLever(world, SEED.users.recruiter);
});
/** The Assessments page as every customer finds it: a general one for all, and one that nobody has finished. */
afterEach(async () => {
  await linksAssessment(world, general, '');
  await linksAssessment(world, leadership, '', { complete: false });
});

const general = 'General skills and values';
const leadership = 'Leadership';
const trigger = 'Phone screen';

/** A new candidate of this posting, advanced to the trigger stage. */
async function advanced(postingId?: string) {
  const candidate = await newCandidate(browser, postingId === undefined ? {} : { postingId });
  await browser.move(candidate.opportunityId, trigger);
  return candidate;
}

/** … who has finished the assessment. */
async function finished() {
  const candidate = await advanced();
  await takes(world, candidate);
  return candidate;
}

const posting = (text: string): Promise<string> => browser.post({ text });

promise('SE-3', async () => {
  const candidate = await newCandidate(browser);
  await browser.move(candidate.opportunityId, trigger);
  await browser.sees(candidate.opportunityId, 'Lever says so', ({ tags }) => tags.includes('Serand Invited'));
  await invitedTo(world, candidate);
});

promise('SE-10', async () => {
  expect(world.serand.admin.assessments().every(({ atsId }) => atsId === null)).toBe(true);
  expect((await connectionOf(world, 'serand')).settings).not.toHaveProperty('mapping');
  expect(await invitedTo(world, await advanced())).toContain(general);
});

promise('SE-11', async () => {
  const [leaders, clerks] = [await posting('Head of Shop'), await posting('Clerk')];
  await linksAssessment(world, leadership, leaders);
  await linksAssessment(world, general, clerks);
  expect(await invitedTo(world, await advanced(leaders))).toContain(leadership);
  expect(await invitedTo(world, await advanced(clerks))).toContain(general);
});

promise('SE-12', async () => {
  const [linked, other] = [await posting('Head of Bakery'), await posting('Baker')];
  await linksAssessment(world, leadership, linked);
  expect(await invitedTo(world, await advanced(other))).toContain(general);

  // Without a default there is nothing that could be sent, and the recruiter is told.
  world.serand.admin.setAssessment('asm_general', { isDefault: false });
  try {
    const candidate = await advanced(other);
    const { tags } = await browser.sees(candidate.opportunityId, 'why nothing was sent', ({ notes }) =>
      notes.includes('no live assessment of Serand is linked to this posting, and there is no default one'),
    );
    expect(tags).toContain('Serand Error');
    expect(mailsTo(world, candidate)).toBe(0);
    await sets(world, 'serand', { defaultAssessment: 'asm_leaders' });
    expect(await invitedTo(world, await advanced(other))).toContain(leadership);
  } finally {
    world.serand.admin.setAssessment('asm_general', { isDefault: true });
    await sets(world, 'serand', { defaultAssessment: null });
  }
});

promise('SE-13', async () => {
  const id = await posting('Team Lead');
  const saved = await linksAssessment(world, leadership, ` ${id} `);
  expect(saved.address).toBe(`${world.serand.url}/assessments`);
  expect(saved.text).toContain(`Leadership ${id} live`);
  // It is still there when somebody comes back to the page.
  const again = await somebody().open(`${world.serand.url}/assessments/asm_leaders`);
  expect(again.html).toContain(`value="${id}"`);
});

promise('SE-14', async () => {
  const page = await browser.open(`/postings/${await posting('Florist')}`);
  const id = page.address.split('/').at(-1) ?? '';
  // Neither the posting's title nor its whole address is its id.
  for (const notTheId of ['Florist', page.address]) {
    await linksAssessment(world, leadership, notTheId);
    expect(await invitedTo(world, await advanced(id))).toContain(general);
  }
  await linksAssessment(world, leadership, id);
  expect(await invitedTo(world, await advanced(id))).toContain(leadership);
});

promise('SE-15', async () => {
  const id = await posting('Driver');
  await linksAssessment(world, leadership, id, { complete: false });
  expect(await invitedTo(world, await advanced(id))).toContain(general);
  await linksAssessment(world, leadership, id, { complete: true });
  expect(await invitedTo(world, await advanced(id))).toContain(leadership);
});

promise('SE-16', async () => {
  const [linked, other] = [await posting('Butcher'), await posting('Cashier')];
  await linksAssessment(world, leadership, linked);
  expect(await invitedTo(world, await advanced(other))).not.toContain(leadership);

  // Of somebody without a posting nobody can say which assessment would be the right one.
  const email = freshEmail();
  const opportunityId = world.lever.admin.addCandidate({ name: 'Pat Nowhere', email });
  await browser.move(opportunityId, trigger);
  const { tags } = await browser.sees(opportunityId, 'why nothing was sent', ({ notes }) =>
    notes.includes('No Serand assessment was sent'),
  );
  expect(tags).toContain('Serand Error');
  expect(world.serand.admin.mailbox({ to: email })).toEqual([]);
});

promise('SE-17', async () => {
  const candidate = await newCandidate(browser);
  expect(mailsTo(world, candidate)).toBe(0);
  await browser.move(candidate.opportunityId, trigger);
  const { page } = await mail(world, somebody(), candidate.email, 'You are invited to an assessment');
  expect(page.text).toContain('Hello Dana');
  await browser.sees(candidate.opportunityId, 'it is noted', ({ tags }) => tags.includes('Serand Invited'));
  expect(mailsTo(world, candidate)).toBe(1);
});

promise('SE-18', async () => {
  const candidate = await advanced();
  await browser.sees(candidate.opportunityId, 'the invitation', ({ tags }) =>
    tags.includes('Serand Invited'),
  );
  expect((await browser.card(candidate.opportunityId)).stage).toBe(trigger);
  await takes(world, candidate);
  const { tags } = await browser.sees(candidate.opportunityId, 'the move', ({ stage }) => stage === 'Review');
  expect(tags).toContain('Serand Completed');
  expect(tags).not.toContain('Serand Invited');
});

promise('SE-19', async () => {
  const candidate = await finished();
  const { links } = await browser.sees(candidate.opportunityId, 'the link', (card) => card.links.length > 0);
  const [invitation] = world.serand.admin.applications({ email: candidate.email });
  expect(links).toEqual([invitation?.profileUrl]);
});

promise('SE-20', async () => {
  const candidate = await finished();
  const { links } = await browser.sees(candidate.opportunityId, 'the link', (card) => card.links.length > 0);
  const profile = await somebody().open(String(links[0]));
  expect(profile.text).toContain(candidate.name);
  expect(under(profile, 'Results')).toContain('76');
  expect(under(profile, 'Skills')).toContain('72');
  expect(under(profile, 'Personality')).toContain('Calm and open');
  expect(under(profile, 'Cultural fit')).toContain('77');
});
