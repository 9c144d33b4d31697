import { SEED } from '../../simulators/lever/seed';
import type { Person } from '../helpers/actions';
import {
  applicant,
  applications,
  configure,
  deliveriesOf,
  ended,
  inLever,
  invited,
  invitedApplicant,
  move,
  writes,
} from '../helpers/actions';
import { useWorld } from '../helpers/use-world';
import { startWorld } from '../helpers/world';

const world = useWorld(startWorld);

/** The run of a person who must not be invited, with the reason it gave. */
async function skipped(person: Person): Promise<string | null> {
  const run = await ended(world, person, 'skipped');
  expect(applications(world, person)).toEqual([]);
  expect(run.timeline.at(-1)).toMatchObject({ kind: 'closed', status: 'skipped' });
  return run.reasonCode;
}

/** Somebody who was moved into the stage and on, before the webhook of the first move came. */
async function movedOn(): Promise<Person> {
  const person = applicant(world);
  world.lever.admin.webhookFault({ kind: 'delay', event: 'candidateStageChange', ms: 300 });
  move(world, person);
  move(world, person, SEED.stages.review, { silent: true });
  return person;
}

describe('a run is skipped, and says why,', () => {
  it('when good signature speaks of an opportunity that is not in the stage', async () => {
    const victim = applicant(world);
    const mover = applicant(world);
    world.lever.admin.webhookFault({
      kind: 'forged-data',
      event: 'candidateStageChange',
      data: {
        opportunityId: victim.opportunityId,
        fromStageId: SEED.stages.newApplicant,
        toStageId: SEED.stages.assessment,
      },
    });
    move(world, mover);
    expect(await skipped(victim)).toBe('not_there_yet');
    expect(writes(world, victim)).toEqual([]);
    expect(await deliveriesOf(world, victim)).toEqual([expect.objectContaining({ verdict: 'started' })]);
  });

  it('when the candidate has left the stage before the run could look', async () => {
    const person = await movedOn();
    expect(await skipped(person)).toBe('left_stage');
    expect(writes(world, person)).toEqual([]);
  });

  it('when the opportunity was archived before the run could look', async () => {
    const person = applicant(world);
    world.lever.admin.archive(person.opportunityId);
    move(world, person);
    expect(await skipped(person)).toBe('archived');
    expect(writes(world, person)).toEqual([]);
  });

  it('when the opportunity that the webhook names does not exist', async () => {
    const mover = applicant(world);
    const nobody = {
      opportunityId: 'aaaaaaaa-0000-4000-8000-000000000000',
      name: '',
      email: 'nobody@example.com',
    };
    world.lever.admin.webhookFault({
      kind: 'forged-data',
      event: 'candidateStageChange',
      data: { opportunityId: nobody.opportunityId, toStageId: SEED.stages.assessment },
    });
    move(world, mover);
    expect(await skipped(nobody)).toBe('deleted');
  });

  it('with error tag and note when the POP tag cannot be read', async () => {
    const person = applicant(world, { postingId: SEED.postings.areaManager });
    move(world, person);
    expect(await skipped(person)).toBe('malformed_tag');
    const { tags, notes } = inLever(world, person);
    expect(tags).toContain('POP-Error');
    expect(notes).toHaveLength(1);
    expect(JSON.stringify(notes)).toContain('POP_10002063_Leadership');
  });

  it('silently when the posting asks for no assessment', async () => {
    const person = applicant(world, { postingId: SEED.postings.storeClerk });
    move(world, person);
    expect(await skipped(person)).toBe('no_assessment');
    expect(writes(world, person)).toEqual([]);
  });
});

describe('an invitation', () => {
  it('goes out by e-mail where the posting has POP-INVITE-CANDIDATE', async () => {
    const person = await invitedApplicant(world, { postingId: SEED.postings.storeManager });
    expect(world.smg.admin.mailbox({ to: person.email })).toHaveLength(1);
  });

  it('without that tag is only a link in Lever', async () => {
    const person = await invitedApplicant(world, { postingId: SEED.postings.shiftLead });
    expect(inLever(world, person).links).toEqual([person.application.appLink]);
    expect(world.smg.admin.mailbox({ to: person.email })).toEqual([]);
  });

  it("brings the posting's POP tags that the opportunity lacks", async () => {
    const postingId = world.lever.admin.addPosting({ text: 'Buyer' });
    const person = applicant(world, { postingId });
    world.lever.admin.setPostingTags(postingId, ['POP-10002063-Leadership', 'POP-INVITE-CANDIDATE']);
    expect(inLever(world, person).tags).not.toContain('POP-10002063-Leadership');
    move(world, person);
    await invited(world, person);
    const { tags } = inLever(world, person);
    expect(tags).toEqual(expect.arrayContaining(['POP-10002063-Leadership', 'POP-INVITE-CANDIDATE']));
  });

  it('goes out to one who has left the stage already where the connection wants that', async () => {
    await configure(world, { inviteIfLeft: true });
    const person = await movedOn();
    await invited(world, person);
    await configure(world, { inviteIfLeft: null });
  });
});

describe('what was pasted into Lever or the settings', () => {
  const pasted = {
    postingId: SEED.postings.storeClerk,
    tags: ['\u00a0POP-\u200b10002063-Leader\u2060ship\ufeff'],
  };

  it('asks for the assessment by what is seen of the tag, and triggers it by what is seen of the stage', async () => {
    await configure(world, { triggerStages: ['Assess\u200bment\u00a0'] });
    const { application } = await invitedApplicant(world, pasted);
    expect(application.positionId).toBe('10002063');
    await configure(world, { triggerStages: ['Assessment'] });
  });

  it('is told where it cannot be read', async () => {
    const person = applicant(world, { ...pasted, tags: ['\u200bPOP_10002063_Leadership'] });
    move(world, person);
    await skipped(person);
    expect(inLever(world, person).tags).toContain('POP-Error');
  });
});
