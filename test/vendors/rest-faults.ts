import type { RestFaultInput } from '../../simulators/kit/faults';
import type { VendorFault } from './driver';

/** A scenario's fault as a simulator with a REST API is told it; `invite` is the route that makes invitations. */
export function restError(fault: VendorFault, invite: string): RestFaultInput {
  switch (fault.kind) {
    case 'refused': {
      const { status, times: count, retryAfterSeconds } = fault;
      return { kind: 'http', operation: invite, status, count, retryAfterSeconds };
    }
    case 'lost-answer':
    case 'lost-request':
    case 'delay':
      return { ...fault, operation: invite };
    default:
      return fault;
  }
}
