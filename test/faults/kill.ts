import type { HubPart } from '../helpers/hub-process';
import type { ProcessWorld } from '../helpers/process-world';
import { complete, enter, expectEachOnce, untilInvited } from './run';
import type { Step } from './steps';

/** Kills processes exactly at one step of one candidate's run, starts them again, and sees the run end right. */
export async function killAt(world: ProcessWorld, step: Step, parts: readonly HubPart[]): Promise<void> {
  const candidate = enter(world);
  if (step.phase === 'finishing') {
    world.move(candidate);
    await untilInvited(world, candidate);
  }
  const killed = step.arm(world, () => world.hub.kill(...parts), parts);
  if (step.phase === 'inviting') world.move(candidate);
  else complete(world, candidate);
  await killed;
  await world.hub.start(...parts);
  if (step.phase === 'inviting') {
    await untilInvited(world, candidate);
    complete(world, candidate);
  }
  await expectEachOnce(world, candidate);
}
