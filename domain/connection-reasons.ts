import type { ConnectionStatus } from './connection';

/**
 * Why a connection is not active. The code is what is stored and compared; people read the sentence, which is made where it
 * is shown and may be reworded at any time.
 */
const reasons = {
  being_set_up: { status: 'paused', text: () => 'being set up' },
  paused_by_operator: { status: 'paused', text: () => 'paused by an operator' },
  to_be_corrected: { status: 'paused', text: (detail) => detail ?? 'the settings have to be corrected' },
  impaired: { status: 'impaired', text: (detail) => detail ?? 'every run is refused something it needs' },
  access_refused: {
    status: 'disconnected',
    text: () => 'Lever no longer accepts the access that was granted. Connect again.',
  },
  access_doubted: {
    status: 'disconnected',
    text: (detail) => detail ?? 'Lever has answered 401 for a long time to access that it accepted before',
  },
  disabled_by_operator: { status: 'disabled', text: () => 'disabled by an operator' },
} satisfies Record<string, { status: ConnectionStatus; text: (detail: string | null) => string }>;

export type ConnectionReasonCode = keyof typeof reasons;

/** Codes as the API shows them. */
export const connectionReasonCodes = Object.keys(reasons) as [
  ConnectionReasonCode,
  ...ConnectionReasonCode[],
];

export interface ConnectionReason {
  code: ConnectionReasonCode;
  /** What the sentence says besides; nothing personal. */
  detail: string | null;
}

export const reasonOf = (code: ConnectionReasonCode, detail: string | null = null): ConnectionReason => ({
  code,
  detail,
});

/** For people. */
export const connectionReasonText = ({ code, detail }: ConnectionReason): string =>
  reasons[code].text(detail);

const isKnown = (code: string | null): code is ConnectionReasonCode =>
  code !== null && Object.hasOwn(reasons, code);

/**
 * The reason in a row. While processes of two releases run side by side an older one writes the status and its words alone:
 * a code that does not fit the status is left over from before.
 */
export function storedReason(row: {
  status: ConnectionStatus;
  status_code: string | null;
  status_reason: string | null;
}): ConnectionReason | null {
  const { status, status_code: code, status_reason: detail } = row;
  if (status === 'active') return null;
  if (isKnown(code) && reasons[code].status === status) return { code, detail };
  return { code: usual[status], detail };
}

const usual = {
  paused: 'to_be_corrected',
  impaired: 'impaired',
  disconnected: 'access_doubted',
  disabled: 'disabled_by_operator',
} as const satisfies Record<Exclude<ConnectionStatus, 'active'>, ConnectionReasonCode>;
