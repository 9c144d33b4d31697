import { ended } from '../helpers/story';
import { smgDriver } from './smg-driver';
import { invitedPerson, shows, storiesOf, withSettings } from './scene';
import * as stories from './stories';

const story = storiesOf(smgDriver);

story('goes from the stage change to the result', stories.happyPath);
story('invites somebody of one name', stories.ofOneName);
story('expires here', stories.expiredHere);
story('is found completed although the callback was lost', stories.lostCallback);
story('hears the same several times', stories.duplicateCallbacks);
story('hears of the end before the answer to the invitation', stories.earlyCallback);
story('is completed after it has expired', stories.completedAfterExpiry);
story("does not take a stranger's application for its own", stories.stranger);
story('refuses a callback with the wrong credentials', stories.wrongSignature);
story('waits while SMG is down', stories.vendorDown);
story('invites once although the answer was lost', stories.lostAnswer);
story('waits as long as SMG asks', stories.rateLimited);
story('is called off when the candidate is archived', stories.archivedMeanwhile);

story('goes by the verdict of the reducers where the main score has no words', async (scene) => {
  const { admin } = scene.vendor.pop;
  const thresholds = [
    { band: 'Proceed with Caution', tag: 'Second look' },
    { min: 0, tag: 'By the score' },
  ];
  await withSettings(scene, { thresholds, note: 'SMG says: {band}' }, async () => {
    const person = await invitedPerson(scene);
    const { ref } = person.invitation;
    admin.fault({ kind: 'wordless-score' });
    admin.complete(ref, { scores: { score_final: 2 } });
    await ended(scene.world, person, 'completed');
    const { appLink, repLink } = admin.application(ref);
    await shows(scene, person, {
      tags: ['POP-Completed', 'Second look'],
      links: [appLink, repLink],
      notes: ['SMG says: Proceed with Caution'],
    });
  });
});
