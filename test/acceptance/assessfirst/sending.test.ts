import { SEED } from '../../../simulators/lever/seed';
import type { Person as Candidate } from '../../helpers/actions';
import { ended } from '../../helpers/actions';
import { until } from '../../helpers/until';
import { useWorld } from '../../helpers/use-world';
import { answered, newCandidate } from '../people/customer';
import type { LeverBrowser } from '../people/lever-browser';
import { atLever } from '../people/lever-browser';
import { somebody } from '../people/person';
import { assessfirst } from '../promises/assessfirst';
import { testsOf } from '../promises/promise';
import {
  applicantFor,
  connects,
  finishes,
  invitationTo,
  mailsTo,
  seesState,
  startAssessFirstWorld,
  stateTags,
} from './world';

/** From the tag on a posting to the invitation. */

const promise = testsOf(assessfirst);

const world = useWorld(() => startAssessFirstWorld());
let recruiter: LeverBrowser;
beforeAll(async () => {
  await connects(world);
  recruiter = await atLever(world, SEED.users.recruiter);
});

/** Somebody of a new posting with these tags, moved to the configured stage. */
async function enters(tags: string): Promise<Candidate> {
  const candidate = await applicantFor(recruiter, tags);
  await recruiter.move(candidate.opportunityId, 'Assessment');
  return candidate;
}

/** The candidate's line in AssessFirst's list of candidates: name, e-mail, model, status … */
async function atAssessFirst({ email }: Candidate): Promise<string[]> {
  const { html } = await until(
    'AssessFirst lists the candidate',
    () => somebody().open(world.assessfirst.url),
    ({ text }) => text.includes(email),
  );
  const row = html.split('<tr>').find((each) => each.includes(email)) ?? '';
  return [...row.matchAll(/<td>([\s\S]*?)<\/td>/g)].map(([, cell = '']) =>
    cell.replace(/<[^<>]+>/g, '').trim(),
  );
}

const modelOf = async (candidate: Candidate): Promise<string | undefined> =>
  (await atAssessFirst(candidate))[2];

/** AssessFirst's models, and for a while a created one and a benchmark of the same name. */
async function withTwins(
  play: (twins: { created: string; benchmark: string }) => Promise<void>,
): Promise<void> {
  const { admin } = world.assessfirst;
  const models = admin.models();
  const benchmark = models.find(({ name, is_public }) => name === 'Sales' && is_public === 1);
  if (benchmark === undefined) throw new Error('there is no benchmark "Sales"');
  const created = { ...benchmark, uuid: '5a1e5'.padEnd(32, '0'), is_public: 0 as const };
  admin.setModels([...models, created]);
  try {
    await play({ created: created.uuid, benchmark: benchmark.uuid });
  } finally {
    admin.setModels(models);
  }
}

/** The id of the model that AssessFirst was asked to send. */
async function sentModel(candidate: Candidate): Promise<unknown> {
  await invitationTo(world, candidate);
  const asked = world.assessfirst.admin
    .requests({ operation: 'POST /candidate/send-invitation' })
    .map(({ body }) => body as { email: string; predictive_model_uuid: unknown });
  return asked.find(({ email }) => email === candidate.email)?.predictive_model_uuid;
}

promise('AF-4', async () => {
  const candidate = await enters('🦄 web designer');
  const page = await somebody().open(await invitationTo(world, candidate));
  expect(page.text).toContain('invites you to answer 3 questionnaires');
  expect(page.text).toContain('Welcome, Dana');
});

promise('AF-16', async () => {
  const posting = await recruiter.post({ text: 'Untagged' });
  const [first, second] = [
    await newCandidate(recruiter, { postingId: posting }),
    await newCandidate(recruiter, { postingId: posting }),
  ];
  await recruiter.tag(posting, 'Team A, 🦄 web designer');
  await recruiter.move(first.opportunityId, 'Assessment');
  expect(await modelOf(first)).toBe('web designer');
  await recruiter.tag(posting, 'Team A, 🦄 Store manager');
  await recruiter.move(second.opportunityId, 'Assessment');
  expect(await modelOf(second)).toBe('Store manager');
});

promise('AF-17', async () => {
  for (const tags of ['web designer', '✨ Sales', 'Team A, 🐴 web designer']) {
    const plain = await enters(tags);
    await ended(world, plain, 'skipped');
    expect(mailsTo(world, plain)).toBe(0);
    expect(stateTags(await recruiter.card(plain.opportunityId))).toEqual([]);
  }
  expect(await modelOf(await enters('web developer, 🦄 web designer'))).toBe('web designer');
});

promise('AF-18', () =>
  withTwins(async ({ benchmark }) => {
    expect(await sentModel(await enters('🦄✨ Sales'))).toBe(benchmark);
  }),
);

promise('AF-19', () =>
  withTwins(async ({ created }) => {
    expect(await sentModel(await enters('🦄 Sales'))).toBe(created);
  }),
);

promise('AF-20', async () => {
  const candidate = await enters('No predictive model');
  expect(await modelOf(candidate)).toBe('No predictive model');
  await finishes(await invitationTo(world, candidate));
  await seesState(recruiter, candidate, '🦄 AssessFirst: Completed');
  const { notes } = await recruiter.sees(candidate.opportunityId, 'the note', ({ notes }) =>
    notes.includes('was completed'),
  );
  expect(notes).toContain('SWIPE: completed');
  expect(notes).not.toMatch(/Global fit|(SWIPE|DRIVE|BRAIN): \d/);
});

promise('AF-21', async () => {
  const candidate = await applicantFor(recruiter, '🦄 web designer');
  await recruiter.move(candidate.opportunityId, 'Phone screen');
  await answered(world, candidate, 'ignored');
  expect(mailsTo(world, candidate)).toBe(0);
  await recruiter.move(candidate.opportunityId, 'Assessment');
  await invitationTo(world, candidate);
  await seesState(recruiter, candidate, '🦄 AssessFirst: Invited');
  expect(mailsTo(world, candidate)).toBe(1);
});

promise('AF-22', async () => {
  const candidate = await applicantFor(recruiter, '🦄 web designer');
  expect(stateTags(await recruiter.card(candidate.opportunityId))).toEqual([]);
  await recruiter.move(candidate.opportunityId, 'Assessment');
  await seesState(recruiter, candidate, '🦄 AssessFirst: Invited');
  expect((await atAssessFirst(candidate))[3]).toBe('Invitation sent');
});
