import type { NewConnection } from '../../api/connections/input';
import { assemble } from '../../scripts/assemble';
import { SEED } from '../../simulators/lever/seed';
import { applicant, inLever, operator } from '../helpers/actions';
import { useWorld } from '../helpers/use-world';
import { startWorld } from '../helpers/world';
import { assessFirstDriver } from './assessfirst-driver';
import type { SimulatedVendor, VendorDriver } from './driver';
import { jobmaDriver } from './jobma-driver';
import { happyPath } from './scenarios';
import { serandDriver } from './serand-driver';
import { smgDriver } from './smg-driver';
import { standardDriver } from './standard-driver';
import { connectionToUpwage, finished, session, startUpwage } from './upwage-world';

/**
 * The whole way of one candidate with each vendor, at one hub that serves them all. What else each of them must go
 * through stands in its own file.
 */

const drivers: VendorDriver[] = [smgDriver, assessFirstDriver, serandDriver, jobmaDriver, standardDriver];

const world = useWorld(() =>
  assemble(async (atEnd) => {
    const vendors = new Map<VendorDriver, SimulatedVendor>();
    for (const driver of drivers) {
      const vendor = await driver.start();
      atEnd(() => vendor.stop());
      vendors.set(driver, vendor);
    }
    const upwage = await startUpwage();
    atEnd(() => upwage.stop());
    const env = Object.assign({}, ...[...vendors.values()].map((vendor) => vendor.env)) as Record<
      string,
      string
    >;
    const hub = await startWorld({ env });
    atEnd(() => hub.stop());
    return { ...hub, vendors, upwage };
  }),
);

let present: { id: string } | undefined;

/** One connection at a time: a move into the trigger stage is meant for one vendor. */
async function connectOnly(connection: Partial<NewConnection>) {
  const { id } = present ?? world.connection;
  const { status } = await operator(world, 'POST', `/connections/${id}/disable`);
  expect(status).toBe(200);
  const made = await world.connect(connection);
  present = made;
  return made;
}

test.each(drivers.map((driver) => ({ name: driver.vendor, driver })))(
  '$name: from the stage change to the result',
  async ({ driver }) => {
    const vendor = world.vendors.get(driver) as SimulatedVendor;
    const { credentials, settings } = vendor;
    const connection = await connectOnly({
      vendor: driver.vendor,
      credentials,
      settings: { triggerStages: ['Assessment'], ...settings },
    });
    await happyPath({ ...world, connection, vendor });
  },
);

test('upwage: from the conversation to the next stage', async () => {
  const connection = await connectOnly(connectionToUpwage);
  world.upwage.admin.sendTo(String(connection.callbackUrl));
  const person = applicant(world, { postingId: SEED.postings.storeClerk });
  const { id } = session(world, { email: person.email });
  world.upwage.admin.complete(id);
  expect(await finished({ ...world, connection }, id)).toMatchObject({ opportunity: person.opportunityId });
  const { tags, stage, files } = inLever(world, person);
  expect(tags).toContain('UW Screened: PASSED');
  expect(stage).toBe(SEED.stages.review);
  expect(files).toHaveLength(1);
});
