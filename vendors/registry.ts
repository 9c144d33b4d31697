import { FulcrumError } from '../domain/errors';
import type { VendorId } from '../domain/ids';
import type { AnyVendor } from './define';
import * as served from './served';

/** What can be looked up about the vendors of `served.ts`. */
export const registry: Readonly<Record<VendorId, AnyVendor> & typeof served> = { ...served };

export const vendorIds: readonly VendorId[] = Object.keys(registry);

/** Where each vendor is called unless a variable names another root; '' where the hub's configuration names none. */
export const vendorRoots: Readonly<Record<VendorId, string>> = Object.fromEntries(
  Object.values(registry).map(({ id, baseUrl = '' }) => [id, baseUrl]),
);

/** @throws FulcrumError `not_found` for an id that no vendor has */
export function vendor(id: string): AnyVendor {
  const found = Object.hasOwn(registry, id) ? registry[id] : undefined;
  if (found) return found;
  throw new FulcrumError('not_found', `There is no such vendor. The hub serves: ${vendorIds.join(', ')}`);
}
