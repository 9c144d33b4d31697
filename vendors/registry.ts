import { FulcrumError } from '../domain/errors';
import type { VendorId } from '../domain/ids';
import { assessfirst } from './assessfirst/definition';
import type { AnyVendor } from './define';
import { jobma } from './jobma/definition';
import { serand } from './serand/definition';
import { smg } from './smg/definition';
import { standard } from './standard/definition';
import { upwage } from './upwage/definition';

/** Every vendor the hub serves: one line each. */
export const registry: Record<VendorId, AnyVendor> = {
  assessfirst,
  jobma,
  serand,
  smg,
  standard,
  upwage,
};

/** @throws FulcrumError `not_found` for an id that no vendor has */
export function vendor(id: string): AnyVendor {
  const found = Object.hasOwn(registry, id) ? registry[id as VendorId] : undefined;
  if (found) return found;
  throw new FulcrumError(
    'not_found',
    `There is no such vendor. The hub serves: ${Object.keys(registry).join(', ')}`,
  );
}
