import { defaultAccount } from '../../simulators/jobma/server';
import { amendedTo, callbacksOf, enters, invitationOf, invitedPerson, shows, storiesOf } from './scene';
import * as stories from './stories';
import { completedUnasked, waysToFail, waysToWait } from './unanswered';
import { ended } from '../helpers/story';
import { jobmaDriver } from './jobma-driver';

const story = storiesOf(jobmaDriver);
const look = 'GET /interviews/:token';

story('goes from the stage change to the result', stories.happyPath);
story('invites somebody of one name', stories.ofOneName);
story('is rejected by Jobma', stories.declined);
story('expires at Jobma', stories.expiredAtVendor);
story('expires here', stories.expiredHere);
story('is found completed although the callback was lost', stories.lostCallback);
story('hears the same several times', stories.duplicateCallbacks);
story('hears of the end before the answer to the invitation', stories.earlyCallback);
story('is completed after it has expired', stories.completedAfterExpiry);
story("does not take a stranger's interview for its own", stories.stranger);
story('refuses a callback with the wrong token', stories.wrongSignature);
story('waits while Jobma is down', stories.vendorDown);
story('invites once although the answer was lost', stories.lostAnswer);
story('waits as long as Jobma asks', stories.rateLimited);
story('is called off when the candidate is archived', stories.archivedMeanwhile);

story('hears of an evaluation that changes after the end', async (scene) => {
  const { admin } = scene.vendor.jobma;
  const person = await invitedPerson(scene);
  const { ref } = person.invitation;
  admin.complete(ref);
  const { id } = await ended(scene.world, person, 'completed');
  await shows(scene, person, 'completed');
  const { resultsUrl, link } = admin.application(ref);
  const expected = (state: string, ...notes: string[]) => ({
    tags: [`Jobma Interview ${state}`],
    links: [link],
    notes: [`Evaluate it here: ${resultsUrl}`, ...notes],
  });

  admin.evaluate(ref, { rating: 4, score: 81 });
  const rated = 'was completed. Score: 81 of 100. Rating: 4 of 5. Evaluate it here';
  await shows(scene, person, expected('Completed', rated));

  admin.evaluate(ref, { decision: 'rejected' });
  await amendedTo(scene, id, 'declined');
  await shows(scene, person, expected('Rejected', rated, 'was rejected at Jobma'));

  // Back to what it was before the rejection: the tag says so, and the note about that result is there already.
  admin.evaluate(ref, { decision: null });
  await amendedTo(scene, id, 'completed');
  await shows(scene, person, expected('Completed', rated, 'was rejected at Jobma'));
});

/** Only the request for an interview and the callback are proven; everything else at Jobma is a guess. */
for (const [how, fault] of [...waysToFail(look), ...waysToWait(look, { status: 'pending' })]) {
  story(`brings the link to the results although questions about an interview ${how}`, (scene) =>
    completedUnasked(scene, scene.vendor.jobma.admin, fault),
  );
}

story('hears of the end although Jobma never named the interview', async (scene) => {
  const { admin } = scene.vendor.jobma;
  const link = 'https://jobma.example/interview/1';
  admin.fault({ kind: 'odd-answer', operation: 'POST /interviews', body: { interview_link: link } });
  const person = enters(scene);
  const { ref } = await invitationOf(scene, person);
  await shows(scene, person, { tags: ['Jobma Interview Invited'], links: [link], notes: [] });
  admin.complete(ref);
  await ended(scene.world, person, 'completed');
  const { resultsUrl } = admin.application(ref);
  const notes = [`Evaluate it here: ${resultsUrl}`];
  await shows(scene, person, { tags: ['Jobma Interview Completed'], links: [link], notes });
  expect(admin.requests({ operation: look }).filter(({ path }) => path.includes('asm_'))).toEqual([]);
});

story(
  'brings the result of an interview although what came of the invitation was not known',
  async (scene) => {
    const { admin } = scene.vendor.jobma;
    admin.fault({ kind: 'odd-answer', operation: 'POST /interviews', body: 'thank you' });
    const person = enters(scene);
    const { id } = await ended(scene.world, person, 'failed');
    const told = 'See at Jobma whether the candidate was invited';
    await shows(scene, person, { tags: ['Jobma Interview Error'], links: [], notes: [told] });
    const { ref } = await invitationOf(scene, person);
    admin.complete(ref);
    await amendedTo(scene, id, 'completed');
    const notes = [told, `Evaluate it here: ${admin.application(ref).resultsUrl}`];
    await shows(scene, person, { tags: ['Jobma Interview Completed'], links: [], notes });
  },
);

story('keeps what says nothing, and knows two runs by their addresses', async (scene) => {
  const { admin } = scene.vendor.jobma;
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
  const [one, other] = [await invitedPerson(scene), await invitedPerson(scene)];
  expect(await put(one.invitation.ref, 'pending')).toBe(200);
  for (const { invitation } of [one, other]) expect(await put(invitation.ref, 'expired')).toBe(200);
  await ended(scene.world, one, 'expired');
  await ended(scene.world, other, 'expired');
  const verdicts = async (person: typeof one) =>
    (await callbacksOf(scene, person)).map(({ verdict }) => verdict);
  expect(await verdicts(one)).toEqual(['ignored', 'signalled']);
  expect(await verdicts(other)).toEqual(['signalled']);
});
