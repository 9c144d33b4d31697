import { ended } from '../helpers/actions';
import { assessFirstDriver } from './assessfirst-driver';
import type { VendorDriver } from './driver';
import { jobmaDriver } from './jobma-driver';
import { serandDriver } from './serand-driver';
import { smgDriver } from './smg-driver';
import { standardDriver } from './standard-driver';
import { enters, invitationOf, scenariosOf, shows } from './vendor-world';

/** What people type into Lever about a candidate, and every vendor gets what it can use. */

const drivers: [string, VendorDriver][] = [
  ['SMG', smgDriver],
  ['AssessFirst', assessFirstDriver],
  ['Jobma', jobmaDriver],
  ['Serand', serandDriver],
  ['the standard contract', standardDriver],
];

describe.each(drivers)('%s', (_, driver) => {
  const scenario = scenariosOf(driver);

  scenario('invites people with one name, and without any', async (world) => {
    for (const name of ['Madonna', '', '\u200b', ' علی\u200cرضا\u00a0']) {
      const person = enters(world, { name });
      await invitationOf(world, person);
      await shows(world, person, 'invited');
    }
  });

  scenario('takes an empty e-mail address for none', async (world) => {
    for (const email of ['', '\u00a0\u2060']) {
      const person = enters(world, { email });
      const run = await ended(world, person, 'skipped');
      expect(run.reasonCode).toBe('no_email');
      expect(world.vendor.invitations(email)).toEqual([]);
    }
  });
});
