import { createHash } from 'node:crypto';
import type { VendorId } from '../../domain/ids';
import type { FaultName } from './faults';
import { faultNames } from './faults';
import type { Site } from './sites';
import { nameOf, sites } from './sites';

/** Each place with each fault, once; at which vendor is drawn from a fixed seed. */

export interface Cell {
  name: string;
  site: Site;
  fault: FaultName;
  vendor: VendorId;
}

/** Vendors whom the hub asks to invite. */
const invitingVendors = ['smg', 'assessfirst', 'serand', 'jobma', 'standard'] as const;

/** The same figure for the same words in every run, from 0 on below `size`. */
export const drawn = (seed: string, size: number): number =>
  createHash('sha256').update(seed).digest().readUInt32BE(0) % size;

/** @param rounds how often each place meets each fault; more than once: at every vendor that serves it */
export function cells(seed: string, rounds = 1): Cell[] {
  const everyRound = Array.from({ length: rounds }, (_, round) => round);
  return everyRound.flatMap((round) =>
    sites.flatMap((site) =>
      faultNames.flatMap((fault) => {
        const serving = site.vendors ?? invitingVendors;
        const name = `${nameOf(site)} meets ${fault}`;
        const chosen = serving[drawn(`${seed}/${name}`, serving.length)] as VendorId;
        if (rounds === 1) return [{ name, site, fault, vendor: chosen }];
        return serving.map((vendor) => ({ name: `${name} (${round + 1})`, site, fault, vendor }));
      }),
    ),
  );
}
