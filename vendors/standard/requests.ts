import type { AssessmentResult, Invitation, ResultFile } from '../../domain/assessment';
import { FulcrumError } from '../../domain/errors';
import type { VendorFinding } from '../../domain/events';
import type { CatalogueEntry, InvitationQuery, InviteInput, RunReference } from '../define';
import { fullName, splitName } from '../person-name';
import type { RestAnswer } from '../rest';
import { restError } from '../rest';
import { packages } from './catalogue';
import type { Order } from './contract';
import { findingOf, order } from './contract';
import type { OrderFile } from './files';
import type { Action, Extension, Placement } from './messages';
import { jobTitleOf } from './routing';
import type { Asked, Call } from './sending';
import { read, refuse, report, send, vendor } from './sending';

/** No vendor has that many pages of packages; it only stops a cursor that runs in circles. */
const maxPages = 50;

export async function listAssessments(call: Call): Promise<CatalogueEntry[]> {
  const found: CatalogueEntry[] = [];
  const query = new URLSearchParams();
  for (let page = 0; page < maxPages; page += 1) {
    const path = `/packages${query.size === 0 ? '' : `?${query.toString()}`}`;
    const asked: Asked = { method: 'GET', path, route: '/packages', writes: false, order: null };
    const answer = await read(call, asked, await send(call, asked), packages);
    found.push(...answer.packages.map(({ id, name, type }) => ({ id, name, type })));
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

export async function find(call: Call, { assessmentId }: InvitationQuery): Promise<Invitation | null> {
  const known = await placed(call, assessmentId);
  return known === null ? null : { vendorRef: known.order, url: known.url, expiresAt: known.expiresAt };
}

async function place(call: Call, input: InviteInput): Promise<Order> {
  const { assessmentId, route, candidate, opportunityId, postingId, callbackUrl, expiresAt } = input;
  const body: Placement = {
    id: assessmentId,
    package: route.assessmentRef,
    // Routing lets nobody through who has no address.
    candidate: {
      ...candidate,
      email: candidate.email ?? '',
      name: fullName(candidate),
      ...splitName(candidate.name),
    },
    application: { id: opportunityId },
    job: postingId === null ? null : { id: postingId, title: jobTitleOf(route) },
    callbackUrl,
    expiresAt: expiresAt === null ? null : new Date(expiresAt).toISOString(),
    locale: call.settings.locale,
  };
  const asked: Asked = {
    method: 'POST',
    path: '/orders',
    route: '/orders',
    writes: true,
    order: assessmentId,
    body,
  };
  return readOrder(call, asked, await send(call, asked, `order-${assessmentId}`), assessmentId);
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

const about = (id: string): Asked => ({
  method: 'GET',
  path: `/orders/${encodeURIComponent(id)}`,
  route: '/orders/:id',
  writes: false,
  order: id,
});

const doing = (id: string, body: Action | Extension): Asked => ({
  ...about(id),
  method: 'POST',
  path: `/orders/${encodeURIComponent(id)}/${body.action}`,
  route: `/orders/:id/${body.action}`,
  writes: body.action === 'remind',
  body,
});

async function orderOf(call: Call, id: string): Promise<Order> {
  const asked = about(id);
  return readOrder(call, asked, await send(call, asked), id);
}

async function readOrder(call: Call, asked: Asked, answer: RestAnswer, id: string): Promise<Order> {
  const found = await read(call, asked, answer, order);
  if (found.order === id) return found;
  await report(call, asked, [{ path: 'order', message: 'the hub asked about another order' }]);
  const code = asked.writes ? 'vendor.unclear' : 'vendor.unexpected';
  throw restError(vendor, asked, code, 'its answer is about another order');
}

export async function status(call: Call, run: RunReference): Promise<VendorFinding[]> {
  const finding = findingOf(await orderOf(call, run.vendorRef));
  return finding === null ? [] : [finding];
}

export async function result(call: Call, run: RunReference): Promise<AssessmentResult> {
  const found = await orderOf(call, run.vendorRef);
  if (found.status !== 'completed') {
    const words = `the order was reported as completed, but it is shown as ${found.status}`;
    throw restError(vendor, about(run.vendorRef), 'vendor.unexpected', words);
  }
  const { score, parts, links, files, occurredAt } = found;
  return {
    score: score?.value ?? null,
    maxScore: score?.max ?? null,
    band: score?.band ?? null,
    reports: links.map(({ label, url }) => ({ label, url })),
    parts: parts.map(({ label, value, max, text }) => ({ label, score: value, maxScore: max, text })),
    ...(files.length > 0 && { files: files.map(toResultFile) }),
    completedAt: occurredAt,
  };
}

const toResultFile = ({ label, name, contentType, sha256, url, content }: OrderFile): ResultFile => ({
  label: label ?? name,
  name,
  contentType,
  sha256,
  from: url === null ? { content: content ?? '' } : { url },
});

/** The vendor writes to the candidate once more. */
export async function remind(call: Call, run: RunReference): Promise<void> {
  const asked = doing(run.vendorRef, { order: run.vendorRef, action: 'remind' });
  refuse(asked, await send(call, asked));
}

/** The candidate gets more time. The same end again is the same wish. @param until ms since 1970 */
export async function extend(call: Call, run: RunReference, until: number): Promise<void> {
  const expiresAt = new Date(until).toISOString();
  const asked = doing(run.vendorRef, { order: run.vendorRef, action: 'extend', expiresAt });
  refuse(asked, await send(call, asked, `extend-${run.assessmentId}-${until}`));
}

/** One that is over already needs no cancelling. */
export async function cancel(call: Call, run: RunReference): Promise<void> {
  const asked = doing(run.vendorRef, { order: run.vendorRef, action: 'cancel' });
  const answer = await send(call, asked, `cancel-${run.assessmentId}`);
  if (answer.status !== 409 && answer.status !== 410) refuse(asked, answer);
}
