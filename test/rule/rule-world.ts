import { assemble } from '../../scripts/assemble';
import type { HttpGate } from '../helpers/http-gate';
import { startHttpGate } from '../helpers/http-gate';
import { soonGivenUp } from '../helpers/limits';
import type { WorldOptions } from '../helpers/world';
import type { SimulatedVendor, VendorDriver } from '../vendors/driver';
import type { VendorWorld } from '../vendors/vendor-world';
import { startVendorWorld } from '../vendors/vendor-world';

/** A hub that reaches Lever and its vendor through gates, at which anything can go wrong. */
export interface RuleWorld<
  Simulated extends SimulatedVendor = SimulatedVendor,
> extends VendorWorld<Simulated> {
  gates: { lever: HttpGate; vendor: HttpGate };
}

const env = {
  ...soonGivenUp,
  // Both sides of the patience with a Lever that answers 401 come to pass.
  LEVER_PATIENCE: '2s',
  POLL_INTERVAL_MIN: '2s',
  POLL_INTERVAL_MAX: '20s',
};

export const startRuleWorld = <Simulated extends SimulatedVendor>(
  driver: VendorDriver<Simulated>,
  more: Record<string, string> = {},
  options: Pick<WorldOptions, 'log'> = {},
): Promise<RuleWorld<Simulated>> =>
  assemble(async (atEnd) => {
    const origins = { lever: '', vendor: '' };
    const gates = {
      lever: await startHttpGate(() => origins.lever),
      vendor: await startHttpGate(() => origins.vendor),
    };
    atEnd(() => gates.lever.stop());
    atEnd(() => gates.vendor.stop());
    const behindGate = (address: string): string => {
      const { origin } = new URL(address);
      origins.vendor = origin;
      return address.replace(origin, gates.vendor.url);
    };
    const reached: VendorDriver<Simulated> = {
      ...driver,
      start: async () => {
        const vendor = await driver.start();
        const { baseUrl } = vendor.credentials;
        return {
          ...vendor,
          env: Object.fromEntries(
            Object.entries(vendor.env).map(([name, value]) => [
              name,
              name.endsWith('_BASE_URL') ? behindGate(value) : value,
            ]),
          ),
          ...(typeof baseUrl === 'string' && {
            credentials: { ...vendor.credentials, baseUrl: behindGate(baseUrl) },
          }),
        };
      },
    };
    const world = await startVendorWorld(
      reached,
      { ...env, ...more },
      {
        ...options,
        leverBy: (origin) => {
          origins.lever = origin;
          return gates.lever.url;
        },
      },
    );
    atEnd(() => world.stop());
    return { ...world, gates };
  });
