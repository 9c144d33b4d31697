import type { DeskAdmin } from '../../simulators/kit/admin';
import type { RestFaultInput } from '../../simulators/kit/faults';
import { ended } from '../helpers/actions';
import type { PlanTrigger } from './driver';
import type { VendorWorld } from './vendor-world';
import { invitedPerson, shows } from './vendor-world';

/**
 * Most of what vendors answer is not public (docs/vendor-facts.md). These are the ways in which a question that the hub has
 * made up may go wrong: nobody serves it, somebody else does, or it is answered in another form.
 */
export const waysToFail = (operation: string): [string, RestFaultInput][] => [
  ...[404, 405, 501].map((status) => answered(operation, status)),
  ['cannot be read', { kind: 'odd-answer', operation, body: ['pending'], count }],
  ['say nothing that is known', { kind: 'odd-answer', operation, body: {}, count }],
];

/** Where the vendor's message said enough to go on without the answer, whatever it may still be. */
export const waysToWait = (operation: string, answerTooEarly: unknown): [string, RestFaultInput][] => [
  answered(operation, 503),
  ['never show the end', { kind: 'odd-answer', operation, body: answerTooEarly, count }],
];

/** More often than anything is asked here. */
const count = 1_000;

const answered = (operation: string, status: number): [string, RestFaultInput] => [
  `are answered ${status}`,
  { kind: 'http', operation, status, count },
];

/** The candidate finishes, the vendor says so, and whoever asks for more gets none. */
export async function completedUnasked(
  world: VendorWorld,
  admin: Pick<DeskAdmin, 'fault' | 'clearFaults'>,
  fault: RestFaultInput,
  becomes: PlanTrigger | ((ref: string) => Parameters<typeof shows>[2]) = 'completed',
): Promise<void> {
  const person = await invitedPerson(world);
  const { ref } = person.invitation;
  admin.fault(fault);
  try {
    world.vendor.complete(ref);
    await ended(world, person, 'completed');
    await shows(world, person, typeof becomes === 'string' ? becomes : becomes(ref));
  } finally {
    admin.clearFaults();
  }
}
