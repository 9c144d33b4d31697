import { assessfirst } from './assessfirst';
import { jobma } from './jobma';
import { serand } from './serand';
import { smg } from './smg';
import { standard } from './standard';
import { upwage } from './upwage';
import type { DemoVendor } from './vendor';

/** In the order in which the demo shows them. */
const demoVendors: readonly DemoVendor[] = [smg, assessfirst, upwage, serand, jobma, standard];

/** @throws Error naming those there are */
export function chooseVendors(ids: readonly string[]): readonly DemoVendor[] {
  const unknown = ids.find((id) => !demoVendors.some((vendor) => vendor.id === id));
  if (unknown !== undefined) {
    const known = demoVendors.map(({ id }) => id).join(', ');
    throw new Error(
      `The demo has no vendor "${unknown}": choose among ${known}, or leave --vendor out to run all.`,
    );
  }
  return ids.length === 0 ? demoVendors : demoVendors.filter(({ id }) => ids.includes(id));
}
