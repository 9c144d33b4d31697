import { SEED } from '../../../simulators/lever/seed';
import type { Person as Candidate } from '../../helpers/actions';
import { useWorld } from '../../helpers/use-world';
import type { Card, LeverBrowser } from '../people/lever-browser';
import { atLever } from '../people/lever-browser';
import { linksOf, somebody } from '../people/person';
import { assessfirst } from '../promises/assessfirst';
import { testsOf } from '../promises/promise';
import {
  answers,
  applicantFor,
  connects,
  finishes,
  invitationTo,
  openQuestionnaires,
  seesState,
  startAssessFirstWorld,
  stateTags,
} from './world';

/** From the candidate's answers to what the recruiter reads. */

const promise = testsOf(assessfirst);
const invited = '🦄 AssessFirst: Invited';
const inProgress = '🦄 AssessFirst: In progress';
const completed = '🦄 AssessFirst: Completed';

// So that nothing can be written in nobody's name.
const world = useWorld(() => startAssessFirstWorld({ performAs: 'required' }));
let recruiter: LeverBrowser;
beforeAll(async () => {
  await connects(world);
  recruiter = await atLever(world, SEED.users.recruiter);
});

async function enters(tags = '🦄 web designer'): Promise<{ candidate: Candidate; link: string }> {
  const candidate = await applicantFor(recruiter, tags);
  await recruiter.move(candidate.opportunityId, 'Assessment');
  const link = await invitationTo(world, candidate);
  await seesState(recruiter, candidate, invited);
  return { candidate, link };
}

const withResult = (candidate: Candidate): Promise<Card> =>
  recruiter.sees(
    candidate.opportunityId,
    'the result is there',
    (card) => stateTags(card).join() === completed && card.notes.includes('was completed'),
  );

promise('AF-5', async () => {
  const { candidate, link } = await enters();
  const person = somebody();
  await person.press(await person.open(link), 'Accept the invitation');
  await seesState(recruiter, candidate, inProgress);
  const [first, ...others] = await openQuestionnaires(person, link);
  expect(others).toHaveLength(2);
  await answers(person, link, String(first));
  expect((await seesState(recruiter, candidate, inProgress)).notes).not.toContain('was completed');
  for (const name of others) await answers(person, link, name);
  expect((await withResult(candidate)).notes).toContain('Global fit');
});

promise('AF-10', async () => {
  const { candidate, link } = await enters();
  await finishes(link);
  const { notes } = await withResult(candidate);
  expect(notes).toContain('Integration Service,');
  const written = world.lever.admin
    .requests()
    .filter(({ method, path }) => method !== 'GET' && path.includes(candidate.opportunityId));
  const kinds = written.map(({ path }) => path.split('/').at(-1));
  expect(new Set(kinds)).toEqual(new Set(['addTags', 'removeTags', 'notes']));
  expect(new Set(written.map(({ query }) => query['perform_as']))).toEqual(new Set([SEED.users.service]));
});

promise('AF-23', async () => {
  const { candidate, link } = await enters('🦄✨ Sales');
  expect(stateTags(await recruiter.card(candidate.opportunityId))).toEqual([invited]);
  await finishes(link);
  const { tags } = await seesState(recruiter, candidate, completed);
  expect(tags).toContain('🦄✨ Sales');
});

promise('AF-24', async () => {
  const { candidate, link } = await enters();
  await finishes(link);
  const { notes } = await withResult(candidate);
  const text = notes.replaceAll('&amp;', '&');
  expect(text).toContain('Predictive model: web designer');
  for (const score of ['Global fit', 'SWIPE', 'DRIVE', 'BRAIN']) {
    expect(text).toMatch(new RegExp(`^${score}: \\d+$`, 'm'));
  }
  const addressOf = (label: string): string =>
    new RegExp(`^${label}: (\\S+)$`, 'm').exec(text)?.[1] ?? `no ${label} in ${text}`;
  for (const report of ['Adequacy', 'SWIPE', 'DRIVE', 'BRAIN']) {
    const answer = await fetch(addressOf(`${report} report`));
    expect([answer.status, answer.headers.get('content-type')]).toEqual([
      200,
      expect.stringContaining('application/pdf'),
    ]);
  }
  const profile = await somebody().open(addressOf('Profile'));
  expect(profile.text).toContain('Global fit');
  expect(linksOf(profile.html).some((href) => href.endsWith('.pdf'))).toBe(true);
});
