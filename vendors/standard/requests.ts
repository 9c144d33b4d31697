import { randomUUID } from 'node:crypto';
import type { z } from 'zod';
import type { AssessmentResult, Invitation } from '../../domain/assessment';
import { FulcrumError } from '../../domain/errors';
import type { VendorFinding } from '../../domain/events';
import { webhookHeaders } from '../../platform/crypto/standard-webhooks';
import type { InviteInput, RunReference, VendorCall } from '../define';
import { splitName } from '../person-name';
import { plainWords, readRest, refusal, rest, restFault } from '../rest';
import type { RestAnswer, RestRequest, RestVendor } from '../rest';
import { findingOf, order, packages, problem } from './contract';
import type { Order } from './contract';
import { jobTitleOf } from './routing';
import type { StandardCredentials, StandardSettings } from './settings';

type Call = VendorCall<StandardCredentials, StandardSettings>;

const vendor: RestVendor = { label: 'The vendor', addressFrom: "the connection's credentials (baseUrl)" };

/** No vendor has that many pages of packages; it only stops a cursor that runs in circles. */
const maxPages = 50;

/** @param messageId names what is asked, the same at each repeat of what must not be done twice */
function send(call: Call, asked: RestRequest, messageId: string): Promise<RestAnswer> {
  // Signed as `rest` writes it out.
  const body = asked.body === undefined ? '' : JSON.stringify(asked.body);
  const headers = webhookHeaders({ id: messageId, at: Date.now(), body }, call.credentials.secret);
  return rest(vendor, call, { ...asked, headers });
}

/** @throws FulcrumError `vendor.*`; a refusal with the vendor's own words */
function read<T extends z.ZodType>(asked: RestRequest, answer: RestAnswer, schema: T): z.output<T> {
  if (answer.status >= 400) {
    const { detail, title } = problem.safeParse(answer.body).data ?? {};
    throw refusal(vendor, asked, answer, plainWords(detail ?? title));
  }
  return readRest(vendor, asked, answer, schema);
}

export async function listAssessments(call: Call): Promise<{ id: string; name: string }[]> {
  const found: { id: string; name: string }[] = [];
  const query = new URLSearchParams();
  for (let page = 0; page < maxPages; page += 1) {
    const path = `/packages${query.size === 0 ? '' : `?${query.toString()}`}`;
    const asked: RestRequest = { method: 'GET', path, route: '/packages', writes: false };
    const answer = read(asked, await send(call, asked, randomUUID()), packages);
    found.push(...answer.packages.map(({ id, name }) => ({ id, name })));
    if (!answer.next || answer.next === query.get('cursor')) break;
    query.set('cursor', answer.next);
  }
  return found;
}

/**
 * Our assessment id is the order's id at the vendor, and by the contract the same id again is the same order: a repeat
 * after an unclear answer invites nobody twice, and nobody else's order can be taken for ours.
 */
export async function invite(call: Call, input: InviteInput): Promise<Invitation> {
  const known = input.knownRef === input.assessmentId ? await placed(call, input.assessmentId) : null;
  const { order: vendorRef, url, expiresAt } = known ?? (await place(call, input));
  return { vendorRef, url, expiresAt };
}

async function place(call: Call, input: InviteInput): Promise<Order> {
  const { assessmentId, route, candidate, opportunityId, postingId, callbackUrl, expiresAt } = input;
  const asked: RestRequest = {
    method: 'POST',
    path: '/orders',
    route: '/orders',
    writes: true,
    body: {
      id: assessmentId,
      package: route.assessmentRef,
      candidate: { ...candidate, ...splitName(candidate.name) },
      application: { id: opportunityId },
      job: postingId === null ? null : { id: postingId, title: jobTitleOf(route) },
      callbackUrl,
      expiresAt: expiresAt === null ? null : new Date(expiresAt).toISOString(),
      locale: call.settings.locale,
    },
  };
  return readOrder(asked, await send(call, asked, `order-${assessmentId}`), assessmentId);
}

/** The order that the vendor has already, by what it said itself; null where it knows none. */
async function placed(call: Call, id: string): Promise<Order | null> {
  try {
    return await orderOf(call, id);
  } catch (error) {
    if (error instanceof FulcrumError && error.code === 'vendor.not_found') return null;
    throw error;
  }
}

const about = (id: string, action?: 'remind' | 'cancel'): RestRequest => ({
  method: action === undefined ? 'GET' : 'POST',
  path: `/orders/${encodeURIComponent(id)}${action === undefined ? '' : `/${action}`}`,
  route: `/orders/:id${action === undefined ? '' : `/${action}`}`,
  writes: action === 'remind',
  // Signed with the body, so that a signature is good for this order and this action alone.
  ...(action !== undefined && { body: { order: id, action } }),
});

async function orderOf(call: Call, id: string): Promise<Order> {
  const asked = about(id);
  return readOrder(asked, await send(call, asked, randomUUID()), id);
}

function readOrder(asked: RestRequest, answer: RestAnswer, id: string): Order {
  const found = read(asked, answer, order);
  if (found.order === id) return found;
  const code = asked.writes ? 'vendor.unclear' : 'vendor.unexpected';
  throw restFault(vendor, asked, code, 'its answer is about another order');
}

export async function status(call: Call, run: RunReference): Promise<VendorFinding[]> {
  const finding = findingOf(await orderOf(call, run.vendorRef));
  return finding === null ? [] : [finding];
}

export async function result(call: Call, run: RunReference): Promise<AssessmentResult> {
  const found = await orderOf(call, run.vendorRef);
  if (found.status !== 'completed') {
    const words = `the order was reported as completed, but it is shown as ${found.status}`;
    throw restFault(vendor, about(run.vendorRef), 'vendor.unexpected', words);
  }
  const { score, parts, links, occurredAt } = found;
  return {
    score: score?.value ?? null,
    maxScore: score?.max ?? null,
    band: score?.band ?? null,
    reports: links.map(({ label, url }) => ({ label, url })),
    parts: parts.map(({ label, value, max, text }) => ({ label, score: value, maxScore: max, text })),
    completedAt: occurredAt,
  };
}

/** The vendor writes to the candidate once more. */
export async function remind(call: Call, run: RunReference): Promise<void> {
  const asked = about(run.vendorRef, 'remind');
  const answer = await send(call, asked, randomUUID());
  if (answer.status >= 300) read(asked, answer, order);
}

/** One that is over already needs no cancelling. */
export async function cancel(call: Call, run: RunReference): Promise<void> {
  const asked = about(run.vendorRef, 'cancel');
  const answer = await send(call, asked, `cancel-${run.assessmentId}`);
  if (answer.status >= 300 && answer.status !== 409 && answer.status !== 410) read(asked, answer, order);
}
