import type { ConnectionStatus } from './connection-status';

/**
 * Why a connection is not active. The code is what is stored and compared; people read the sentence, which is made where it
 * is shown and may be reworded at any time.
 */

interface Reason {
  /** The one status that it explains. */
  status: ConnectionStatus;
  text: (detail: string | null) => string;
  /** Its sentence in releases before 0.2, which stored it in the place of code and detail. Such a code has no detail. */
  former?: string;
}

const reasons = {
  being_set_up: { status: 'paused', text: () => 'being set up', former: 'being set up' },
  paused_by_operator: {
    status: 'paused',
    text: () => 'paused by an operator',
    former: 'paused by an operator',
  },
  to_be_corrected: { status: 'paused', text: (detail) => detail ?? 'the settings have to be corrected' },
  impaired: { status: 'impaired', text: (detail) => detail ?? 'every run is refused something it needs' },
  access_refused: {
    status: 'disconnected',
    text: () => 'Lever no longer accepts the access that was granted. Connect again.',
    former: 'Lever no longer accepts the access that was granted. Connect again.',
  },
  access_doubted: {
    status: 'disconnected',
    text: (detail) => detail ?? 'Lever has answered 401 for a long time to access that it accepted before',
  },
  disabled_by_operator: {
    status: 'disabled',
    text: () => 'disabled by an operator',
    former: 'disabled by an operator',
  },
} satisfies Record<string, Reason>;

export type ConnectionReasonCode = keyof typeof reasons;

/** Those that this release knows. */
export const connectionReasonCodes = Object.keys(reasons) as ConnectionReasonCode[];

export interface ConnectionReason {
  /** One that is not known here was written by a later release. */
  code: ConnectionReasonCode | (string & {});
  /** What the sentence says besides; nothing personal. */
  detail: string | null;
}

export const reasonOf = (code: ConnectionReasonCode, detail: string | null = null): ConnectionReason => ({
  code,
  detail,
});

/** Which code may stand in a row with which status, and whether beside words. */
export const reasonShapes = connectionReasonCodes.map((code) => ({
  code,
  status: (reasons[code] as Reason).status,
  hasDetail: (reasons[code] as Reason).former === undefined,
}));

const find = (code: string): Reason | null =>
  Object.hasOwn(reasons, code) ? reasons[code as ConnectionReasonCode] : null;

/** For people. */
export const connectionReasonText = ({ code, detail }: ConnectionReason): string =>
  find(code)?.text(detail) ?? detail ?? code;

/** Whether a row may have this code beside such a status and such words. */
function fits(code: string, status: ConnectionStatus, detail: string | null): boolean {
  const reason = find(code);
  return reason === null || (reason.status === status && (detail === null || reason.former === undefined));
}

/**
 * The reason in a row. While processes of two releases run side by side an older one writes the status and its words alone:
 * a code that does not fit the status, or words beside a code that has none, are left over from before.
 */
export function storedReason(row: {
  status: ConnectionStatus;
  status_code: string | null;
  status_reason: string | null;
}): ConnectionReason | null {
  const { status, status_code: code, status_reason: detail } = row;
  if (status === 'active') return null;
  const former = connectionReasonCodes.find(
    (one) => detail !== null && find(one)?.former === detail && find(one)?.status === status,
  );
  if (former !== undefined) return { code: former, detail: null };
  if (code !== null && fits(code, status, detail)) return { code, detail };
  return { code: usual[status], detail };
}

const usual = {
  paused: 'to_be_corrected',
  impaired: 'impaired',
  disconnected: 'access_doubted',
  disabled: 'disabled_by_operator',
} as const satisfies Record<Exclude<ConnectionStatus, 'active'>, ConnectionReasonCode>;
