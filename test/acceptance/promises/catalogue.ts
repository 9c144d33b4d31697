/**
 * What the vendors' articles promise, a line each. Every promise has one test of its name (`test/acceptance/<vendor>/`);
 * `npm run promises` prints how they fared.
 */

export interface PromiseLine {
  /**
   * Who keeps it. `H`: the hub does it. `S`: a page or an address by which the hub is set up. `P`: a page of Lever or of
   * the vendor; a simulator shows it, which proves nothing about the hub.
   */
  class: 'H' | 'S' | 'P';
  says: string;
  /** The page of the hub that it needs and that is still to be built; it has no test until then. */
  needsConsole?: string;
}

/** By the promise's id, e.g. `SMG-10`. */
export type Catalogue = Readonly<Record<string, PromiseLine>>;
