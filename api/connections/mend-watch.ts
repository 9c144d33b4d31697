import type { Connection } from '../../domain/connection';

/**
 * Tells of connections that were impaired and are active again, whoever found it out: a run that tried, or a person in
 * another process. What was mended while no api was there to see it shows in what is still held for it.
 * @param isStillHeld which connections' deliveries wait although they are active; asked once
 * @returns what is to be called with all connections whenever they were read
 */
export function createMendWatch(
  mended: (connection: Connection) => void,
  isStillHeld: () => Promise<ReadonlySet<string>>,
): (all: readonly Connection[]) => void {
  let impaired: Set<string> | null = null;
  return (all) => {
    const before = impaired;
    impaired = new Set(all.filter(({ status }) => status === 'impaired').map(({ id }) => id));
    const active = all.filter(({ status }) => status === 'active');
    if (before !== null) return active.filter(({ id }) => before.has(id)).forEach(mended);
    void isStillHeld().then((held) => active.filter(({ id }) => held.has(id)).forEach(mended));
  };
}
