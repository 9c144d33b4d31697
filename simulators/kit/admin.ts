import type { CallbackAttempt, CallbackSender } from './callbacks';
import type { ActiveFault, RestFault, RestFaultInput } from './faults';
import type { Mailbox, Message } from './mailbox';
import type { LoggedRequest, RestDesk } from './rest';

/** What every vendor's admin object can do beside its own; `/_control` offers the same over HTTP. */
export interface DeskAdmin {
  mailbox(filter?: { to?: string | undefined }): Message[];
  requests(filter?: { operation?: string | undefined; since?: string | undefined }): LoggedRequest[];
  callbacks(filter?: { applicationId?: string | undefined }): CallbackAttempt[];
  /** Switches one fault on and returns its id. Throws a ZodError for an unknown kind or member. */
  fault(rule: RestFaultInput): string;
  faults(): ActiveFault<RestFault>[];
  clearFaults(): void;
}

export const deskAdmin = (desk: RestDesk, mailbox: Mailbox, callbacks: CallbackSender): DeskAdmin => ({
  mailbox: (filter) => mailbox.list(filter),
  requests: ({ operation, since } = {}) =>
    desk.requests.list((entry) => operation === undefined || entry.operation === operation, since),
  callbacks: (filter) => callbacks.attempts(filter),
  fault: (rule) => desk.faults.set(rule),
  faults: () => desk.faults.active(),
  clearFaults: () => desk.faults.clear(),
});

/** What a test does to the candidates' runs of a vendor, named by the vendor's own ids. Unknown ids throw {@link UnknownRun}. */
export interface RunAdmin<View, Outcome> {
  applications(filter?: { email?: string | undefined }): View[];
  application(id: string): View;
  /** As if the candidate had opened it. */
  start(id: string): View;
  /** As if the candidate had finished it; the callback goes out in the background. */
  complete(id: string, outcome?: Outcome): View;
  /** As if the candidate had said no. */
  decline(id: string): View;
  /** As if its time were over. */
  expire(id: string): View;
  /** Sends the callback of the present state once more. */
  resend(id: string): void;
  clear(): void;
}

export class UnknownRun extends Error {
  override readonly name = 'UnknownRun';
}

/** The run is in no state in which this can happen to it. */
export class WrongState extends Error {
  override readonly name = 'WrongState';
}
