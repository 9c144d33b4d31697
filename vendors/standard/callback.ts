import type { z } from 'zod';
import { FulcrumError } from '../../domain/errors';
import { verifyWebhook } from '../../platform/crypto/standard-webhooks';
import { jsonOf } from '../../platform/json';
import type { CallbackMessage, CatalogueEntry, RawCallback } from '../define';
import { plainWords } from '../rest';
import { catalogue } from './catalogue';
import { findingOf, order } from './contract';
import { faultsOf, inOneLine } from './faults';
import type { Taken } from './messages';
import type { StandardCredentials } from './settings';
import { warningsOf, warningsOfCatalogue } from './warnings';

/** What the vendor sends by itself. */

export const verify = (raw: RawCallback, { secret }: StandardCredentials): void => verifyWebhook(raw, secret);

/**
 * An update is the order as it stands. Attempt and sequence make a repeat known as one, whatever `webhook-id` it comes
 * under; the status is part of it, so that a vendor whose numbers do not count up loses nothing that matters.
 */
export function parse(raw: RawCallback, addressed?: string): CallbackMessage & { answer: Taken } {
  const { told, body } = read(raw, order, 'update');
  const { order: vendorRef, attempt, sequence, status } = told;
  if (addressed !== undefined && vendorRef !== addressed) throw ofAnotherOrder(vendorRef, addressed);
  const event = findingOf(told);
  const eventKey = `${vendorRef}/${attempt}/${sequence}/${status}`;
  return {
    news: event === null ? [] : [{ vendorRef, eventKey, event }],
    // What its developer should look at, although the update was taken.
    answer: { warnings: warningsOf(told, body, raw.receivedAt) },
  };
}

/** Every order has an address of its own, so one that names another is a mistake of the vendor's that must not pass. */
function ofAnotherOrder(named: string, addressed: string): FulcrumError {
  const message = `this callbackUrl belongs to the order "${addressed}"`;
  return new FulcrumError(
    'input.invalid',
    `The update is about the order "${plainWords(named)}", but ${message}. Send every update to the callbackUrl that its own order came with.`,
    { faults: [{ path: 'order', message }] },
  );
}

/** Everything that can be ordered, sent by the vendor itself. */
export const pushed = {
  parse(raw: RawCallback): { entries: CatalogueEntry[]; asOf: number; answer: Taken } {
    const { told, body } = read(raw, catalogue, 'list of packages');
    return {
      entries: told.packages.map(({ id, name, type }) => ({ id, name, type })),
      // Part of what is signed, so it says which of two lists is the later one.
      asOf: Number(raw.headers['webhook-timestamp']) * 1_000,
      answer: { warnings: warningsOfCatalogue(told, body) },
    };
  },
};

/**
 * The members that the contract names, and all of it.
 * @throws FulcrumError `input.malformed`, with its faults and their places
 */
function read<T extends z.ZodType>(
  raw: RawCallback,
  schema: T,
  what: string,
): { told: z.output<T>; body: unknown } {
  const body = jsonOf(raw.body);
  const parsed = schema.safeParse(body);
  if (parsed.success) return { told: parsed.data, body };
  const faults = faultsOf(parsed.error, body);
  throw new FulcrumError('input.malformed', `The ${what} cannot be used. ${inOneLine(faults)}`, { faults });
}
