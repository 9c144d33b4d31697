import type { z } from 'zod';
import { FulcrumError } from '../../domain/errors';
import { verifyWebhook } from '../../platform/crypto/standard-webhooks';
import { jsonOf } from '../../platform/json';
import type { CallbackNews, CatalogueEntry, RawCallback } from '../define';
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
export function parse(raw: RawCallback): CallbackNews[] {
  const { told } = read(raw, order, 'update');
  const { order: vendorRef, attempt, sequence, status } = told;
  const event = findingOf(told);
  if (event === null) return [];
  return [{ vendorRef, eventKey: `${vendorRef}/${attempt}/${sequence}/${status}`, event }];
}

/** Every order has an address of its own, so one that names another is a mistake of the vendor's that must not pass. */
export function checkAddressee(raw: RawCallback, assessmentId: string): void {
  const { order: named } = read(raw, order, 'update').told;
  if (named === assessmentId) return;
  const message = `this callbackUrl belongs to the order "${assessmentId}"`;
  throw new FulcrumError(
    'input.invalid',
    `The update is about the order "${plainWords(named)}", but ${message}. Send every update to the callbackUrl that its own order came with.`,
    { faults: [{ path: 'order', message }] },
  );
}

/** What its developer should look at, although the update was taken. */
export function answer(raw: RawCallback): Taken {
  const { told, body } = read(raw, order, 'update');
  return { warnings: warningsOf(told, body, raw.receivedAt) };
}

/** Everything that can be ordered, sent by the vendor itself. */
export const pushed = {
  parse: (raw: RawCallback): { entries: CatalogueEntry[]; asOf: number } => ({
    entries: read(raw, catalogue, 'list of packages').told.packages.map(({ id, name, type }) => ({
      id,
      name,
      type,
    })),
    // Part of what is signed, so it says which of two lists is the later one.
    asOf: Number(raw.headers['webhook-timestamp']) * 1_000,
  }),
  answer: (raw: RawCallback): Taken => {
    const { told, body } = read(raw, catalogue, 'list of packages');
    return { warnings: warningsOfCatalogue(told, body) };
  },
};

/** One message is asked for several things, and may be long: it is read once, and forgotten with its bytes. */
const readings = new WeakMap<Buffer, Reading<unknown> & { schema: z.ZodType }>();

interface Reading<T> {
  /** The members that the contract names. */
  told: T;
  /** All of it. */
  body: unknown;
}

/** @throws FulcrumError `input.malformed`, with its faults and their places */
function read<T extends z.ZodType>(raw: RawCallback, schema: T, what: string): Reading<z.output<T>> {
  const known = readings.get(raw.body);
  if (known?.schema === schema) return known as Reading<z.output<T>>;
  const body = jsonOf(raw.body);
  const parsed = schema.safeParse(body);
  if (parsed.success) {
    const reading = { schema, told: parsed.data, body };
    readings.set(raw.body, reading);
    return reading;
  }
  const faults = faultsOf(parsed.error, body);
  throw new FulcrumError('input.malformed', `The ${what} cannot be used. ${inOneLine(faults)}`, { faults });
}
