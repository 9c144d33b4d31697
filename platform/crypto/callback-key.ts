import { createHmac, hkdfSync } from 'node:crypto';
import { safeEqual } from './hmac';
import type { KeyRing, RingKey } from './keyring';
import { openToken, sealToken } from './seal';

/**
 * The part of a callback address that only the hub can make (decision 0028). A run's key is sealed and needs no look-up, so
 * a callback that comes before the vendor's own answer to the invitation still finds its run. An account's key is shown
 * to people again and again, so it is the same each time: the connection's id with a keyed digest.
 */

export interface RunCallbackKey {
  kind: 'run';
  assessmentId: string;
  workflowId: string;
  connectionId: string;
}
export interface AccountCallbackKey {
  kind: 'account';
  connectionId: string;
  /** How often the account's address had been made anew. */
  generation: number;
}

const runPurpose = 'callback-run';
const accountPurpose = 'callback-account';

/** For the address that is sent with one invitation. */
export const sealRunKey = (ring: KeyRing, run: Omit<RunCallbackKey, 'kind'>): string =>
  sealToken(
    ring,
    JSON.stringify({ a: run.assessmentId, w: run.workflowId, c: run.connectionId }),
    runPurpose,
  );

/** For the one address that a vendor is given for a whole account: the same each time for one key and generation. */
export const sealAccountKey = (key: RingKey, connectionId: string, generation: number): string =>
  [
    Buffer.from(connectionId, 'utf8').toString('base64url'),
    accountDigest(key, connectionId, generation),
    // The first one has the form that releases before 0.2 know.
    ...(generation === 0 ? [] : [String(generation)]),
  ].join('.');

/** What a key stands for; null when no key of the ring made it. */
export function openCallbackKey(ring: KeyRing, key: string): RunCallbackKey | AccountCallbackKey | null {
  const [head = '', digest, written = '0'] = key.split('.');
  if (digest !== undefined) {
    const connectionId = Buffer.from(head, 'base64url').toString('utf8');
    if (!/^\d{1,9}$/.test(written)) return null;
    const generation = Number(written);
    const made = ring.all.some((each) => safeEqual(key, sealAccountKey(each, connectionId, generation)));
    return made ? { kind: 'account', connectionId, generation } : null;
  }
  const run = openToken(ring, key, runPurpose);
  if (run === null) return null;
  // Sealed by us, so its shape is certain.
  const { a, w, c } = JSON.parse(run) as { a: string; w: string; c: string };
  return { kind: 'run', assessmentId: a, workflowId: w, connectionId: c };
}

function accountDigest(key: RingKey, connectionId: string, generation: number): string {
  const derived = Buffer.from(hkdfSync('sha256', key.key, '', `fulcrum ${accountPurpose}`, 32));
  return createHmac('sha256', derived)
    .update(generation === 0 ? connectionId : `${connectionId}\n${generation}`, 'utf8')
    .digest('base64url');
}
