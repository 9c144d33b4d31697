import { ended } from '../helpers/actions';
import * as scenarios from './scenarios';
import { smgDriver } from './smg-driver';
import { invitedPerson, scenariosOf, shows, withSettings } from './vendor-world';

const scenario = scenariosOf(smgDriver);

scenario('expires here', scenarios.expiredHere);
scenario('is found completed although the callback was lost', scenarios.lostCallback);
scenario('hears the same several times', scenarios.duplicateCallbacks);
scenario('hears of the end before the answer to the invitation', scenarios.earlyCallback);
scenario('is completed after it has expired', scenarios.completedAfterExpiry);
scenario("does not take a stranger's application for its own", scenarios.stranger);
scenario('refuses a callback with the wrong credentials', scenarios.wrongSignature);
scenario('waits while SMG is down', scenarios.vendorDown);
scenario('invites once although the answer was lost', scenarios.lostAnswer);
scenario('waits as long as SMG asks', scenarios.rateLimited);
scenario('is called off when the candidate is archived', scenarios.archivedMeanwhile);

scenario('goes by the verdict of the reducers where the main score has no words', async (world) => {
  const { admin } = world.vendor.smg;
  const thresholds = [
    { band: 'Proceed with Caution', tag: 'Second look' },
    { min: 0, tag: 'By the score' },
  ];
  await withSettings(world, { thresholds, note: 'SMG says: {band}' }, async () => {
    const person = await invitedPerson(world);
    const { ref } = person.invitation;
    admin.fault({ kind: 'wordless-score' });
    admin.complete(ref, { scores: { score_final: 2 } });
    await ended(world, person, 'completed');
    const { appLink, repLink } = admin.application(ref);
    await shows(world, person, {
      tags: ['POP-Completed', 'Second look'],
      links: [appLink, repLink],
      notes: ['SMG says: Proceed with Caution'],
    });
  });
});
