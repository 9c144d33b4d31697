import { defaultAccount } from '../../simulators/jobma/server';
import { ended, liveRun, runOf } from '../helpers/actions';
import { jobmaDriver } from './jobma-driver';
import * as scenarios from './scenarios';
import { completedUnasked, waysToFail, waysToWait } from './unanswered';
import {
  amendedTo,
  callbacksOf,
  enters,
  invitationOf,
  invitedPerson,
  scenariosOf,
  shows,
} from './vendor-world';

const scenario = scenariosOf(jobmaDriver);
const look = 'GET /interviews/:token';

scenario('is rejected by Jobma', scenarios.declined);
scenario('expires at Jobma', scenarios.expiredAtVendor);
scenario('expires here', scenarios.expiredHere);
scenario('is found completed although the callback was lost', scenarios.lostCallback);
scenario('hears the same several times', scenarios.duplicateCallbacks);
scenario('hears of the end before the answer to the invitation', scenarios.earlyCallback);
scenario('is completed after it has expired', scenarios.completedAfterExpiry);
scenario("does not take a stranger's interview for its own", scenarios.stranger);
scenario('refuses a callback with the wrong token', scenarios.wrongSignature);
scenario('waits while Jobma is down', scenarios.vendorDown);
scenario('invites once although the answer was lost', scenarios.lostAnswer);
scenario('waits as long as Jobma asks', scenarios.rateLimited);
scenario('is called off when the candidate is archived', scenarios.archivedMeanwhile);

scenario('hears of an evaluation that changes after the end', async (world) => {
  const { admin } = world.vendor.jobma;
  const person = await invitedPerson(world);
  const { ref } = person.invitation;
  admin.complete(ref);
  const { id } = await ended(world, person, 'completed');
  await shows(world, person, 'completed');
  const { resultsUrl, link } = admin.application(ref);
  const expected = (state: string, ...notes: string[]) => ({
    tags: [`Jobma Interview ${state}`],
    links: [link],
    notes: [`Evaluate it here: ${resultsUrl}`, ...notes],
  });

  admin.evaluate(ref, { rating: 4, score: 81 });
  const rated = 'was completed. Score: 81 of 100. Rating: 4 of 5. Evaluate it here';
  await shows(world, person, expected('Completed', rated));

  admin.evaluate(ref, { decision: 'rejected' });
  await amendedTo(world, id, 'declined');
  await shows(world, person, expected('Rejected', rated, 'was rejected at Jobma'));

  // Back to what it was before the rejection: the tag says so, and the note about that result is there already.
  admin.evaluate(ref, { decision: null });
  await amendedTo(world, id, 'completed');
  await shows(world, person, expected('Completed', rated, 'was rejected at Jobma'));
});

/** Only the request for an interview and the callback are proven; everything else at Jobma is a guess. */
for (const [how, fault] of [...waysToFail(look), ...waysToWait(look, { status: 'pending' })]) {
  scenario(`brings the link to the results although questions about an interview ${how}`, (world) =>
    completedUnasked(world, world.vendor.jobma.admin, fault),
  );
}

scenario('hears of the end although Jobma never named the interview', async (world) => {
  const { admin } = world.vendor.jobma;
  const link = 'https://jobma.example/interview/1';
  admin.fault({ kind: 'odd-answer', operation: 'POST /interviews', body: { interview_link: link } });
  const person = enters(world);
  const { ref } = await invitationOf(world, person);
  await shows(world, person, { tags: ['Jobma Interview Invited'], links: [link], notes: [] });
  admin.complete(ref);
  await ended(world, person, 'completed');
  const { resultsUrl } = admin.application(ref);
  const notes = [`Evaluate it here: ${resultsUrl}`];
  await shows(world, person, { tags: ['Jobma Interview Completed'], links: [link], notes });
  expect(admin.requests({ operation: look }).filter(({ path }) => path.includes('asm_'))).toEqual([]);
});

scenario(
  'brings the result of an interview although what came of the invitation was not known',
  async (world) => {
    const { admin } = world.vendor.jobma;
    admin.fault({ kind: 'odd-answer', operation: 'POST /interviews', body: 'thank you' });
    const person = enters(world);
    // It stays open: a person is asked, and the vendor's own call answers it.
    const { id } = await runOf(world, person);
    await liveRun(world, id, 'a person is asked', ({ attention }) => attention.length > 0);
    const told = ['See at Jobma whether the candidate was invited', 'may have been invited anyway'];
    await shows(world, person, { tags: ['Jobma Interview Error'], links: [], notes: told });
    const { ref } = await invitationOf(world, person);
    admin.complete(ref);
    await amendedTo(world, id, 'completed');
    const notes = [...told, `Evaluate it here: ${admin.application(ref).resultsUrl}`];
    await shows(world, person, { tags: ['Jobma Interview Completed'], links: [], notes });
    await ended(world, person, 'completed');
  },
);

scenario('keeps what says nothing, and knows two runs by their addresses', async (world) => {
  const { admin } = world.vendor.jobma;
  const put = async (ref: string, status: string): Promise<number> => {
    // Without our id behind it, as a partner might cut it off: the words are then the same for both.
    const address = String(admin.application(ref).callbackUrl).replace(/\/[^/]+$/, '');
    const answer = await fetch(address, {
      method: 'PUT',
      headers: { authorization: `Bearer ${defaultAccount.webhookToken}` },
      body: JSON.stringify({ status }),
    });
    return answer.status;
  };
  const [one, other] = [await invitedPerson(world), await invitedPerson(world)];
  expect(await put(one.invitation.ref, 'pending')).toBe(200);
  for (const { invitation } of [one, other]) expect(await put(invitation.ref, 'expired')).toBe(200);
  await ended(world, one, 'expired');
  await ended(world, other, 'expired');
  const verdicts = async (person: typeof one) =>
    (await callbacksOf(world, person)).map(({ verdict }) => verdict);
  expect(await verdicts(one)).toEqual(['ignored', 'signalled']);
  expect(await verdicts(other)).toEqual(['signalled']);
});
