import type { HubPart } from '../helpers/hub-process';
import { complete, enter, expectEachOnce, untilInvited } from './run';
import type { Site } from './site';
import type { Step } from './steps';

/** Kills processes exactly at one step of one candidate's run, starts them again, and sees the run end right. */
export async function killAt(site: Site, step: Step, parts: readonly HubPart[]): Promise<void> {
  const candidate = enter(site);
  if (step.phase === 'finishing') {
    site.move(candidate);
    await untilInvited(site, candidate);
  }
  const killed = step.arm(site, () => site.hub.kill(...parts), parts);
  if (step.phase === 'inviting') site.move(candidate);
  else complete(site, candidate);
  await killed;
  await site.hub.start(...parts);
  if (step.phase === 'inviting') {
    await untilInvited(site, candidate);
    complete(site, candidate);
  }
  await expectEachOnce(site, candidate);
}
