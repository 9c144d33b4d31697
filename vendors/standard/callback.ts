import { FulcrumError } from '../../domain/errors';
import { verifyWebhook } from '../../platform/crypto/standard-webhooks';
import type { CallbackNews, RawCallback } from '../define';
import { findingOf, order } from './contract';
import type { Order } from './contract';
import type { StandardCredentials } from './settings';
import { warningsOf } from './warnings';
import type { Warning } from './warnings';

export const verify = (raw: RawCallback, { secret }: StandardCredentials): void => verifyWebhook(raw, secret);

/**
 * An update is the order as it stands. Attempt and sequence make a repeat known as one, whatever `webhook-id` it comes
 * under; the status is part of it, so that a vendor whose numbers do not count up loses nothing that matters.
 */
export function parse(raw: RawCallback): CallbackNews[] {
  const told = read(raw);
  const { order: vendorRef, attempt, sequence, status } = told;
  const event = findingOf(told);
  if (event === null) return [];
  return [{ vendorRef, eventKey: `${vendorRef}/${attempt}/${sequence}/${status}`, event }];
}

/** What its developer should look at, although the update was taken. */
export const answer = (raw: RawCallback): { warnings: Warning[] } => ({
  warnings: warningsOf(read(raw), raw.receivedAt),
});

function read(raw: RawCallback): Order {
  const parsed = order.safeParse(json(raw.body));
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map(
    ({ path, message }) => `${path.join('.') || 'the body'}: ${message}`,
  );
  throw unusable(faults.join('; '));
}

function json(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    throw unusable('The body is no JSON');
  }
}

const unusable = (why: string): FulcrumError =>
  new FulcrumError('input.malformed', `The update cannot be used. ${why}`);
