import type { PortChoice } from '../embedded/machine';
import { choosePort } from '../embedded/machine';
import type { DemoVendor } from './vendors/vendor';

/** Vendors follow one another from theirs on. */
const wellKnown = { hub: 8080, lever: 8090, firstVendor: 8091 };

export interface DemoPorts {
  hub: PortChoice;
  lever(): Promise<number>;
  vendor(index: number): Promise<number>;
}

/**
 * Where the parts of a demo listen: on ports for a person to come back to, as far as nobody else has them, or on any.
 * @param setPort PORT, if somebody set it: then it is the hub's and no other will do
 * @param say is told of every port that is not the usual one
 */
export function demoPorts(
  vendors: readonly DemoVendor[],
  fixed: boolean,
  setPort: number | null,
  say: (line: string) => void,
): DemoPorts {
  const vendorPorts = vendors.map((_, index) => wellKnown.firstVendor + index);
  const simulator = async (port: number, what: string): Promise<number> => {
    // Whoever has to move aside must not push the next one aside as well, nor take what somebody set.
    const others = [wellKnown.lever, ...vendorPorts].filter((other) => other !== port);
    const kept = setPort === null ? others : [...others, setPort];
    return choosePort(fixed ? { preferred: port } : 0, { what, wayOut: '', kept }, say);
  };
  return {
    hub: setPort ?? (fixed ? { preferred: wellKnown.hub } : 0),
    lever: () => simulator(wellKnown.lever, 'the simulated Lever'),
    vendor: (index) =>
      simulator(wellKnown.firstVendor + index, `the simulated ${vendors[index]?.label ?? 'vendor'}`),
  };
}
