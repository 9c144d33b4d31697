import { candidacyWorkflowId } from '../../domain/ids';
import { emailDigest } from '../../platform/crypto/hmac';
import { SEED } from '../../simulators/lever/seed';
import { defaultSecret, startUpwageSimulator } from '../../simulators/upwage/server';
import { operator } from '../../test/helpers/actions';
import { until } from '../../test/helpers/until';
import type { World } from '../../test/helpers/world';
import type { UpwageWorld } from '../../test/vendors/upwage-world';
import { finished, runsOfSession, session, someAddress } from '../../test/vendors/upwage-world';
import type { Scenario } from './scenario';

/** Runs that their vendor begins. */

const postingId = SEED.postings.storeClerk;

/** Plays with an Upwage whose connection has a key of its own at Lever. */
async function withUpwage<T>(
  world: World,
  play: (world: UpwageWorld & { screenerId: string; apiKey: string }) => Promise<T>,
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
    upwage.admin.sendTo(connection.callbackUrl);
    return await play({ ...world, connection, upwage, screenerId, apiKey });
  } finally {
    await upwage.stop();
  }
}

/** Of somebody new, with a document, a move and another job. */
export const screened: Scenario = (world) =>
  withUpwage(world, async (world) => {
    const email = someAddress();
    const { id } = session(world, { screenerId: world.screenerId, email });
    world.upwage.admin.complete(id);
    const { workflowId } = await finished(world, id);
    const person = emailDigest(world.ring, email);
    return [
      { name: 'screened', workflowId },
      { name: 'candidacy', workflowId: candidacyWorkflowId(world.connection.id, person) },
    ];
  });

/** The grant is revoked while the results are being written. */
export const screenedWhileRevoked: Scenario = (world) =>
  withUpwage(world, async (world) => {
    const { admin } = world.lever;
    const path = '/opportunities/:id/files';
    admin.fault({ method: 'POST', path, kind: 'status', status: 503, count: 10_000 });
    const before = admin.requests({ method: 'POST', path }).length;
    const { id } = session(world, { screenerId: world.screenerId });
    world.upwage.admin.complete(id);
    await until(
      'the document is being written',
      () => admin.requests({ method: 'POST', path }),
      ({ length }) => length > before,
    );
    admin.removeApiKey(world.apiKey);
    admin.clearFaults();
    await until(
      'the run is suspended',
      () => runsOfSession(world, id),
      ([run]) => run?.suspended === true,
    );
    admin.addApiKey({ key: world.apiKey, scopes: 'all', confidential: true });
    const reconnect = `/connections/${world.connection.id}/reconnect`;
    await operator(world, 'POST', reconnect, { lever: { apiKey: world.apiKey } });
    const { workflowId } = await finished(world, id);
    return [{ name: 'screened-while-revoked', workflowId }];
  });
