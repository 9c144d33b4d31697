import { appendFileSync } from 'node:fs';
import { useWorld } from '../helpers/use-world';
import type { VendorDriver } from '../vendors/driver';
import type { Cell } from './cells';
import { cells } from './cells';
import { startRuleWorld } from './rule-world';
import { play } from './story';

/** The cells that fall to this vendor, as tests of a file; see docs/testing.md for more of them, and for a report. */
export function storiesOf(driver: VendorDriver): void {
  const world = useWorld(() => startRuleWorld(driver));
  const { RULE_SEED: seed = 'fulcrum', RULE_ROUNDS: rounds = '1', RULE_REPORT: report } = process.env;
  const own = cells(seed, Number(rounds)).filter(({ vendor }) => vendor === driver.vendor);
  const tell = async ({ site, fault }: Cell): Promise<void> => {
    const story = await play(world, site, fault);
    if (report !== undefined)
      appendFileSync(report, `${JSON.stringify({ vendor: driver.vendor, ...story })}\n`);
  };
  const [shared, apart] = [true, false].map((is) =>
    own.filter(({ site }) => (site.isShared === true) === is),
  );
  test.concurrent.each(apart ?? [])('$name', tell);
  if (shared !== undefined && shared.length > 0) test.each(shared)('$name', tell);
}
