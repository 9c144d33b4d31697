import type { VendorDriver } from './driver';
import { assessFirstDriver } from './assessfirst-driver';
import { jobmaDriver } from './jobma-driver';
import { enters, invitationOf, shows, storiesOf } from './scene';
import { serandDriver } from './serand-driver';
import { smgDriver } from './smg-driver';
import { standardDriver } from './standard-driver';
import { ended } from '../helpers/story';

/** What people type into Lever about a candidate, and every vendor gets what it can use. */

const drivers: [string, VendorDriver][] = [
  ['SMG', smgDriver],
  ['AssessFirst', assessFirstDriver],
  ['Jobma', jobmaDriver],
  ['Serand', serandDriver],
  ['the standard contract', standardDriver],
];

describe.each(drivers)('%s', (_, driver) => {
  const story = storiesOf(driver);

  story('invites people with one name, and without any', async (scene) => {
    for (const name of ['Madonna', '', '\u200b', ' علی\u200cرضا\u00a0']) {
      const person = enters(scene, { name });
      await invitationOf(scene, person);
      await shows(scene, person, 'invited');
    }
  });

  story('takes an empty e-mail address for none', async (scene) => {
    for (const email of ['', '\u00a0\u2060']) {
      const person = enters(scene, { email });
      const run = await ended(scene.world, person, 'skipped');
      expect(run.timeline.find(({ kind }) => kind === 'closed')?.detail).toBe('no_email');
      expect(scene.vendor.invitations(email)).toEqual([]);
    }
  });
});
