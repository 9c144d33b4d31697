import type { Connection } from './connection';
import type { ErrorCode } from './errors';
import type { SkipReason } from './events';

/**
 * Why a delivery has its verdict. The code is what is stored and compared; people read the sentence, which is made where it
 * is shown and may be reworded at any time.
 */
const sentences = {
  // held: until its connection can be used
  connection_not_active: (detail) => `the connection is ${detail ?? 'not active'}`,
  settings_unreadable: () => 'the settings of the connection cannot be read: correct them',
  // held: until a person decides
  too_old: () => 'this is more than 72 hours old: release or discard it',
  too_many: () => 'more than 50 came at once: release or discard them',
  unprocessable: (detail) => `it could not be processed: ${detail ?? 'internal'}`,
  unopened: () =>
    'it could not be processed: no key of FULCRUM_KEYS opens the stored message: either it is damaged, or a missing key has to be put back',

  // pending
  temporal_away: () => 'Temporal could not be reached',
  run_not_looked_up: () => 'the run could not be looked up',
  run_beginning: () => 'a run of the opportunity cannot be signalled yet: it will be in a moment',
  run_told_much: () => 'the run is being sent too much at once: this waits for its turn',
  run_end_unrecorded: () => 'the run is over, but its end is not recorded yet',
  run_ended_without_taking: () => 'its run ended without taking it',
  run_ended_without_carrying_out: () => 'its run ended without carrying it out',
  found_by_looking: () => 'found by reconciling: no webhook reported it',

  // ignored
  connection_gone: () => 'the connection no longer exists',
  connection_disabled: () => 'the connection is disabled',
  foreign_event: () => 'the hub does not listen to this kind of event',
  no_trigger_stage: () => 'the stage is not a trigger stage of this connection',
  no_open_run: () => 'the opportunity has no open run',
  no_news: () => 'the message says nothing that concerns a run',
  run_unknown: () => 'the run is no longer known',
  erased: () => 'it is about a person who was erased: nothing of what it said is kept',

  unknown_reference: () => "no run is known under the vendor's reference yet",
  given_to_amendment: () => 'the run is over: given to its amendment',
  run_over: () => 'the run that it would start is already over',
  taken_with_another: (detail) =>
    `the same event was taken with ${detail === null ? 'another delivery' : `delivery ${detail}`}`,
  discarded: () => 'discarded by an operator',
  waited_too_long: () => 'it waited longer than messages are kept',
} satisfies Record<string, (detail: string | null) => string>;

export type DeliveryReasonCode = keyof typeof sentences;

/** Why a message was refused. */
export type RefusalCode = ErrorCode | Extract<SkipReason, 'token_reused'>;

export interface DeliveryReason {
  code: DeliveryReasonCode | RefusalCode;
  /** What the sentence says besides; nothing personal. */
  detail: string | null;
}

export const deliveryReason = (
  code: DeliveryReason['code'],
  detail: string | null = null,
): DeliveryReason => ({
  code,
  detail,
});

/** Why nothing is started under a connection that is not active. */
export const connectionNotActive = ({ status }: Pick<Connection, 'status'>): DeliveryReason =>
  deliveryReason('connection_not_active', status);

/** Held for these, a delivery goes on by itself once its connection can be used again; for all others a person decides. */
export const heldForTheConnection = [
  'connection_not_active',
  'settings_unreadable',
] as const satisfies readonly DeliveryReasonCode[];

/** Whether it is held because of the message itself: no change of its connection lets it go on. */
export const isHeldForItself = (reason: DeliveryReason | null): boolean =>
  reason?.code === 'unprocessable' || reason?.code === 'unopened';

const isKnown = (code: string): code is DeliveryReasonCode => Object.hasOwn(sentences, code);

/** For people. A code that is not known here is shown as it is. */
export const reasonText = ({ code, detail }: { code: string; detail: string | null }): string =>
  isKnown(code) ? sentences[code](detail) : code;

/** Those that this release knows. */
export const deliveryReasonCodes = Object.keys(sentences);
