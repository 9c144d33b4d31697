import type { AnyVendor } from '../../vendors/define';

import '../../scripts/new-vendor/template/scenarios/scenarios';

/**
 * What `npm run new-vendor` lays down works in the whole hub by its one line in `vendors/served.ts`, which is added here:
 * the scenarios of the template, played with its simulator.
 */
jest.mock('../../vendors/served', () => {
  const vendors = {
    ...jest.requireActual<Record<string, AnyVendor>>('../../vendors/served'),
    ...jest.requireActual<{ acme: AnyVendor }>('../../scripts/new-vendor/template/definition'),
  };
  // As of a compiled module: it is no export.
  return Object.defineProperty(vendors, '__esModule', { value: true });
});
