import { SEED } from '../../../simulators/lever/seed';
import type { Person } from '../../helpers/actions';
import { deliveriesOf, ended } from '../../helpers/actions';
import { until } from '../../helpers/until';
import { useWorld } from '../../helpers/use-world';
import { startWorld } from '../../helpers/world';
import type { Card, LeverBrowser } from '../people/lever-browser';
import { atLever, freshEmail } from '../people/lever-browser';
import { choices } from '../people/person';
import { testsOf } from '../promises/promise';
import { smg } from '../promises/smg';
import { mailTo } from './at-smg';

/** From the tag on a posting to the invitation. */

const promise = testsOf(smg);
const invite = 'POP-INVITE-CANDIDATE';
const leadership = 'POP-10002063-Leadership';

const world = useWorld(startWorld);
let recruiter: LeverBrowser;
beforeAll(async () => {
  recruiter = await atLever(world, SEED.users.recruiter);
});

/** A candidate who applied for this posting by themselves. */
function applies(postingId: string): Person {
  const name = 'Dana Example';
  const email = freshEmail();
  return { name, email, opportunityId: world.lever.admin.addCandidate({ name, email, postingId }) };
}

/** Somebody of a posting with these tags, moved to Assessment. */
async function enters(tags: string): Promise<Person> {
  const person = applies(await recruiter.post({ text: 'Shop Manager', tags }));
  await recruiter.move(person.opportunityId);
  return person;
}

const assessmentsOf = ({ email }: Person) => world.smg.admin.applications({ email });

const seesInProgress = (person: Person): Promise<Card> =>
  recruiter.sees(person.opportunityId, 'the assessment is in progress', ({ tags, links }) => {
    return tags.includes('POP-IN-Progress') && links.length > 0;
  });

/** The one assessment that SMG has for this person. */
const assessed = (person: Person) => until('SMG has the assessment', () => assessmentsOf(person)[0]);

const popTags = ({ tags }: Card): string[] => tags.filter((tag) => /^pop/i.test(tag));

/** Nobody was asked to do anything, and Lever shows nothing of it. */
async function untouched(person: Person): Promise<void> {
  expect(assessmentsOf(person)).toEqual([]);
  const { tags, links, notes } = await recruiter.card(person.opportunityId);
  expect(tags.filter((tag) => ['POP-IN-Progress', 'POP-Completed', 'POP-Error'].includes(tag))).toEqual([]);
  expect(links).toEqual([]);
  expect(notes).not.toContain('SMG');
}

promise('SMG-8', async () => {
  const form = await recruiter.open('/postings');
  expect(form.text).not.toMatch(/\bSMG\b|POP Engine/);
  expect([...choices(form, 'hiringManager').values()]).toContain('Riley Recruiter');
  const postingId = await recruiter.post({
    text: 'Cashier',
    location: 'Calgary',
    team: 'Front of house',
    distribution: 'public',
    hiringManager: SEED.users.recruiter,
  });
  const posting = await recruiter.open(`/postings/${postingId}`);
  for (const words of ['Calgary', 'Front of house', 'published', 'Hiring manager: Riley Recruiter']) {
    expect(posting.text).toContain(words);
  }
  const person = applies(postingId);
  await recruiter.move(person.opportunityId);
  await ended(world, person, 'skipped');
  await untouched(person);
});

promise('SMG-9', async () => {
  const examples = {
    Leadership: '10002063',
    Management: '10002064',
    Professional: '10002065',
    Sales: '10002066',
    Salesmanagement: '10002067',
    Service: '10002068',
  };
  const people = await Promise.all(
    Object.entries(examples).map(async ([name, id]) => ({
      name,
      id,
      person: await enters(`POP-${id}-${name}`),
    })),
  );
  for (const { name, id, person } of people) {
    expect(await assessed(person)).toMatchObject({ positionId: id, position: `EPOP ${name}` });
    await seesInProgress(person);
    expect(assessmentsOf(person)).toHaveLength(1);
  }
});

promise('SMG-10', async () => {
  const person = await enters(`${leadership}, ${invite}`);
  const [link] = await until(
    'the candidate has mail',
    () => mailTo(world, person.email),
    ({ length }) => length > 0,
  );
  expect((await seesInProgress(person)).links).toEqual([link]);
  expect(await mailTo(world, person.email)).toHaveLength(1);
});

promise('SMG-11', async () => {
  const person = await enters(leadership);
  const { links } = await seesInProgress(person);
  expect(links).toEqual([assessmentsOf(person)[0]?.appLink]);
  expect(await mailTo(world, person.email)).toEqual([]);
});

promise('SMG-12', async () => {
  const wrong = ['_', ' ', '.', ':', '/'].map((separator) => leadership.replaceAll('-', separator));
  const people = await Promise.all(wrong.map(async (tag) => ({ tag, person: await enters(tag) })));
  for (const { tag, person } of people) {
    const { notes } = await recruiter.sees(
      person.opportunityId,
      `the failure of ${tag} is shown`,
      ({ tags, notes }) => tags.includes('POP-Error') && notes.includes('with hyphens'),
    );
    expect(notes).toContain(tag);
    expect(assessmentsOf(person)).toEqual([]);
    expect((await recruiter.card(person.opportunityId)).links).toEqual([]);
  }

  // The other tag is right, so there is an assessment; only the e-mail is not sent, and a note says why.
  const unasked = await enters(`${leadership}, POP_INVITE_CANDIDATE`);
  await seesInProgress(unasked);
  await recruiter.sees(
    unasked.opportunityId,
    'the failure is shown',
    ({ notes }) => notes.includes('POP_INVITE_CANDIDATE') && notes.includes('with hyphens'),
  );
  expect(await mailTo(world, unasked.email)).toEqual([]);
});

promise('SMG-13', async () => {
  const postingId = await recruiter.post({ text: 'Night Manager' });
  const before = applies(postingId);
  await recruiter.tag(postingId, `${leadership}, ${invite}`);
  const after = applies(postingId);
  for (const { opportunityId } of [before, after]) await recruiter.move(opportunityId);
  for (const person of [before, after]) {
    await seesInProgress(person);
    expect(await mailTo(world, person.email)).toHaveLength(1);
  }
});

promise('SMG-14', async () => {
  const postingId = await recruiter.post({ text: 'Day Manager', tags: `${leadership}, ${invite}` });
  const name = 'Manuel Example';
  const email = freshEmail('manuel');
  const byHand = { name, email, opportunityId: await recruiter.add({ name, email, postingId }) };
  const applicant = applies(postingId);
  for (const person of [byHand, applicant]) {
    await recruiter.move(person.opportunityId);
    const { links } = await seesInProgress(person);
    expect(assessmentsOf(person)).toEqual([
      expect.objectContaining({ email: person.email, fullName: person.name, position: 'EPOP Leadership' }),
    ]);
    expect(await mailTo(world, person.email)).toEqual(links);
  }
});

promise('SMG-15', async () => {
  const person = applies(await recruiter.post({ text: 'Buyer', tags: `${leadership}, ${invite}` }));
  const others = ['Phone screen', 'Review', 'Offer', 'New applicant'];
  for (const stage of others) await recruiter.move(person.opportunityId, stage);
  const heard = await until(
    'the hub has heard of all moves',
    () => deliveriesOf(world, person),
    ({ length }) => length === others.length,
  );
  expect(new Set(heard.map(({ verdict }) => verdict))).toEqual(new Set(['ignored']));
  await untouched(person);
  await recruiter.move(person.opportunityId);
  await seesInProgress(person);
  expect(assessmentsOf(person)).toHaveLength(1);
});

promise('SMG-16', async () => {
  const postingId = await recruiter.post({ text: 'Planner' });
  const person = applies(postingId);
  await recruiter.tag(postingId, `${leadership}, ${invite}`);
  expect(popTags(await recruiter.card(person.opportunityId))).toEqual([]);
  await recruiter.move(person.opportunityId);
  const card = await seesInProgress(person);
  expect(popTags(card).sort()).toEqual([leadership, invite, 'POP-IN-Progress'].sort());
});

promise('SMG-17', async () => {
  const person = await enters(leadership);
  const { applicationId, fields } = await assessed(person);
  const told = world.smg.admin.requests({ command: 'application_create', applicationId });
  expect(told).toMatchObject([{ user: world.smg.admin.account().user, status: 200, errorCode: 0 }]);
  expect(fields).toMatchObject({ email: person.email, app_full_name: person.name });
  expect(fields['lever_opportunity_id']).toBe(person.opportunityId);
});

promise('SMG-18', async () => {
  // The id decides, not the name that stands behind it.
  const person = await enters('POP-10002066-Leadership');
  await seesInProgress(person);
  expect(assessmentsOf(person)).toEqual([
    expect.objectContaining({ positionId: '10002066', position: 'EPOP Sales' }),
  ]);
});

promise('SMG-19', async () => {
  const person = await enters(leadership);
  const { links } = await seesInProgress(person);
  expect(links).toEqual([(await assessed(person)).appLink]);
});

promise('SMG-20', async () => {
  const postingId = await recruiter.post({ text: 'Florist', tags: `${leadership}, ${invite}` });
  const [one, other] = [applies(postingId), applies(postingId)];
  await recruiter.move(one.opportunityId);
  await seesInProgress(one);
  expect(await mailTo(world, one.email)).toEqual([(await assessed(one)).appLink]);
  expect(await mailTo(world, other.email)).toEqual([]);
});
