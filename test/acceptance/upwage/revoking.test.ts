import { SEED } from '../../../simulators/lever/seed';
import { newBrowser } from '../../api/connect-browser';
import { applicant } from '../../helpers/actions';
import { until } from '../../helpers/until';
import { useWorld } from '../../helpers/use-world';
import { answers, finished, runsOfSession, session } from '../../vendors/upwage-world';
import { testsOf } from '../promises/promise';
import { upwage } from '../promises/upwage';
import { part, profile } from './lever-pages';
import { connectionsOf, linked, startLinkingWorld } from './linked';

/** The end of a connection, made by the customer alone. */

const promise = testsOf(upwage);

const world = useWorld(startLinkingWorld);

const screened = (email: string): string => {
  const { id } = session(world, { email });
  world.upwage.admin.complete(id);
  return id;
};

promise('UP-27', async () => {
  const { lever } = world;
  await linked(world, 'Leaving Stores');
  const before = applicant(world, { postingId: SEED.postings.storeClerk });
  await finished(world, screened(before.email));

  const browser = newBrowser();
  const apps = await browser.open(`${lever.url}/settings/authorized-apps`);
  const path = /action="([^"]+\/revoke)"/.exec(apps.html)?.[1] ?? '';
  const revoked = await fetch(`${lever.url}${path}`, { method: 'POST' });
  expect(await revoked.text()).toContain('Revoked');

  // The next one meets it; from then on nothing is asked of Lever at all.
  const [first, second] = [applicant(world), applicant(world)];
  const met = screened(first.email);
  await until(
    'the connection is known to be cut off',
    async () => (await connectionsOf(world, 'Leaving Stores'))[0]?.status,
    (status) => status === 'disconnected',
  );
  await until(
    'the run waits',
    () => runsOfSession(world, met),
    ([run]) => run?.suspended === true,
  );
  lever.admin.clearRequests();
  const held = screened(second.email);
  // Upwage is told that it was taken, and has no reason to send it again and again.
  expect(await answers(world, held)).toEqual([202]);
  expect(await runsOfSession(world, held)).toEqual([]);
  for (const { opportunityId } of [first, second]) {
    const page = await profile(world, opportunityId);
    expect(part(page, 'Tags')).not.toContain('UW Screened');
    expect(part(page, 'Files')).toContain('None');
  }
  expect(lever.admin.requests().filter(({ path: asked }) => asked.startsWith('/v1'))).toEqual([]);
});
