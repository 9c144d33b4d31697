import { appendFileSync } from 'node:fs';
import { useWorld } from '../helpers/use-world';
import type { VendorDriver } from '../vendors/driver';
import { cells } from './cells';
import type { Cell } from './cells';
import { startRuleWorld } from './rule-world';
import { play } from './story';

/** The cells that fall to this vendor, as tests of a file. `RULE_REPORT` names a file that is told what came of each. */
export function storiesOf(driver: VendorDriver): void {
  const world = useWorld(() => startRuleWorld(driver));
  const own = cells(process.env['RULE_SEED'] ?? 'fulcrum').filter(({ vendor }) => vendor === driver.vendor);
  const report = process.env['RULE_REPORT'];
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
