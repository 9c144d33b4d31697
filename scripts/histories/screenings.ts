import { candidacyWorkflowId } from '../../domain/ids';
import { emailDigest } from '../../platform/crypto/hmac';
import { SEED } from '../../simulators/lever/seed';
import { defaultSecret, startUpwageSimulator } from '../../simulators/upwage/server';
import { operator } from '../../test/helpers/story';
import { until } from '../../test/helpers/until';
import { finished, runsOfSession, session, someAddress } from '../../test/vendors/upwage-world';
import type { UpwageWorld } from '../../test/vendors/upwage-world';
import type { World } from '../../test/helpers/world';
import type { Story } from './stories';

/** Runs that their vendor begins. */

const postingId = SEED.postings.storeClerk;

/** Plays with an Upwage whose connection has a key of its own at Lever. */
async function withUpwage<T>(
  world: World,
  play: (site: UpwageWorld & { screenerId: string; apiKey: string }) => Promise<T>,
): Promise<T> {
  const upwage = await startUpwageSimulator();
  try {
    const screenerId = upwage.admin.addScreener('Store Clerk', postingId).id;
    const apiKey = `key-of-${someAddress()}`;
    world.lever.admin.addApiKey({ key: apiKey, scopes: 'all', confidential: true });
    const connection = await world.connect({
      vendor: 'upwage',
      customer: 'Screening Stores',
      lever: { apiKey },
      credentials: { webhookSecret: defaultSecret },
      settings: {
        performAs: SEED.users.service,
        screeners: [
          {
            screenerId,
            postingId,
            rules: { passed: { stage: 'Review', posting: SEED.postings.shiftLead } },
          },
        ],
      },
    });
    upwage.admin.sendTo(String(connection.callbackUrl));
    const stop = (): Promise<void> => upwage.stop();
    return await play({ world: { ...world, connection }, upwage, stop, screenerId, apiKey });
  } finally {
    await upwage.stop();
  }
}

/** Of somebody new, with a document, a move and another job. */
export const screened: Story = (world) =>
  withUpwage(world, async (site) => {
    const email = someAddress();
    const { id } = session(site, { screenerId: site.screenerId, email });
    site.upwage.admin.complete(id);
    const { workflowId } = await finished(site, id);
    const person = emailDigest(world.ring, email);
    return [
      { name: 'screened', workflowId },
      { name: 'candidacy', workflowId: candidacyWorkflowId(site.world.connection.id, person) },
    ];
  });

/** The grant is revoked while the results are being written. */
export const screenedWhileRevoked: Story = (world) =>
  withUpwage(world, async (site) => {
    const { admin } = world.lever;
    const path = '/opportunities/:id/files';
    admin.fault({ method: 'POST', path, kind: 'status', status: 503, count: 10_000 });
    const before = admin.requests({ method: 'POST', path }).length;
    const { id } = session(site, { screenerId: site.screenerId });
    site.upwage.admin.complete(id);
    await until(
      'the document is being written',
      () => admin.requests({ method: 'POST', path }),
      ({ length }) => length > before,
    );
    admin.removeApiKey(site.apiKey);
    admin.clearFaults();
    await until(
      'the run is suspended',
      () => runsOfSession(site, id),
      ([run]) => run?.suspended === true,
    );
    admin.addApiKey({ key: site.apiKey, scopes: 'all', confidential: true });
    const reconnect = `/connections/${site.world.connection.id}/reconnect`;
    await operator(world, 'POST', reconnect, { lever: { apiKey: site.apiKey } });
    const { workflowId } = await finished(site, id);
    return [{ name: 'screened-while-revoked', workflowId }];
  });
