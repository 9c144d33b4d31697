import type { VendorId } from './ids';

/** What a token of the API opens: how far it reaches, and what may be done there (decision 0042). */

export const rights = [
  /** Lists and single things, candidates' data among them. */
  'read',
  /** What is done about single runs and messages. */
  'act',
  /** Connections, credentials, tokens, the audit. */
  'administer',
] as const;
export type Right = (typeof rights)[number];

export const reachKinds = ['everything', 'vendor', 'connection'] as const;
export type Reach =
  | { kind: 'everything' }
  | { kind: 'vendor'; vendor: VendorId }
  | { kind: 'connection'; connectionId: string };

export const everything: Reach = { kind: 'everything' };

/** Where a thing belongs; null: to no vendor or connection of its own. */
export interface Place {
  vendor: VendorId | null;
  connectionId: string | null;
}

/** Whether a thing at this place is within reach. */
export function reaches(reach: Reach, { vendor, connectionId }: Place): boolean {
  switch (reach.kind) {
    case 'everything':
      return true;
    case 'vendor':
      return reach.vendor === vendor;
    case 'connection':
      return reach.connectionId === connectionId;
  }
}

/**
 * Whether somebody with the first reach may give the second one away.
 * @param vendorOf of the connection that the inner reach names; null: there is no such connection
 */
export function covers(outer: Reach, inner: Reach, vendorOf: VendorId | null): boolean {
  switch (inner.kind) {
    case 'everything':
      return outer.kind === 'everything';
    case 'vendor':
      return reaches(outer, { vendor: inner.vendor, connectionId: null });
    case 'connection':
      return reaches(outer, { vendor: vendorOf, connectionId: inner.connectionId });
  }
}
