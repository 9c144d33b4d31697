import { createHash, randomUUID } from 'node:crypto';
import type { z } from 'zod';
import { webhookHeaders } from '../../platform/crypto/standard-webhooks';
import type { VendorCall } from '../define';
import type { RestAnswer, RestRequest, RestVendor } from '../rest';
import { plainWords, readRest, refusal, rest } from '../rest';
import { problem } from './contract';
import { faultsOf } from './faults';
import type { MessageError, ProblemReport } from './messages';
import type { StandardCredentials, StandardSettings } from './settings';

/** How the hub asks a vendor, reads what comes back, and tells the vendor where it cannot. */

export type Call = VendorCall<StandardCredentials, StandardSettings>;

export const vendor: RestVendor = {
  label: 'The vendor',
  addressFrom: "the connection's credentials (baseUrl)",
};

/** Within what an attempt keeps free behind its own request, so that the report never costs the attempt its time. */
const reportTimeoutMs = 3_000;

/** A question about one order, or about none. */
export interface Asked extends RestRequest {
  order: string | null;
}

/** @param messageId names what is asked, the same at each repeat of what must not be done twice */
export function send(call: Call, asked: Asked, messageId: string = randomUUID()): Promise<RestAnswer> {
  // Signed as `rest` writes it out.
  const body = asked.body === undefined ? '' : JSON.stringify(asked.body);
  return rest(vendor, call, { ...asked, headers: signed(call, messageId, body) });
}

const signed = ({ credentials }: Call, id: string, body: string): Record<string, string> => ({
  ...webhookHeaders({ id, at: Date.now(), body }, credentials.secret),
});

/**
 * Reads an answer. One that is malformed is reported to the vendor first: nobody else could mend it.
 * @throws FulcrumError `vendor.*`; a refusal with the vendor's own words
 */
export async function read<T extends z.ZodType>(
  call: Call,
  asked: Asked,
  answer: RestAnswer,
  schema: T,
): Promise<z.output<T>> {
  refuse(asked, answer);
  const parsed = schema.safeParse(answer.body);
  if (!parsed.success) await report(call, asked, faultsOf(parsed.error, answer.body));
  return readRest(vendor, asked, answer, schema);
}

/** @throws FulcrumError for any answer but 2xx */
export function refuse(asked: Asked, answer: RestAnswer): void {
  if (answer.status < 300) return;
  const { detail, title } = problem.safeParse(answer.body).data ?? {};
  throw refusal(vendor, asked, answer, plainWords(detail ?? title));
}

/**
 * `POST /problems`, a courtesy: a vendor need not serve it, and the same problem has the same `webhook-id` however often
 * the hub comes upon it. It is not sent again by itself, and whatever goes wrong with it changes nothing.
 */
export async function report(call: Call, asked: Asked, errors: MessageError[]): Promise<void> {
  const told: ProblemReport = { request: `${asked.method} ${asked.route}`, order: asked.order, errors };
  const body = JSON.stringify(told);
  const id = `problem-${createHash('sha256').update(body).digest('hex').slice(0, 32)}`;
  await call.http
    .request({
      method: 'POST',
      url: `${call.baseUrl}/problems`,
      headers: { 'content-type': 'application/json', ...signed(call, id, body) },
      body,
      timeoutMs: reportTimeoutMs,
    })
    .catch(() => undefined);
}
