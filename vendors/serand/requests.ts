import { z } from 'zod';
import type { AssessmentResult, Invitation } from '../../domain/assessment';
import type { VendorFinding } from '../../domain/events';
import type { InvitationQuery, InviteInput, RunReference } from '../define';
import { isTooBig } from '../lenient';
import { lookUp } from '../lookup';
import { mentionsIn, tooMuchSaid } from '../mentions';
import { splitName } from '../person-name';
import { isoTime } from '../reading';
import type { RestRequest } from '../rest';
import { assessmentOf } from './assessments';
import { isCompleted, resultOf } from './outcome';
import type { SerandCall, SerandInvitation } from './wire';
import { api, invitationAnswer, invitationsAnswer } from './wire';

const dayMs = 86_400_000;

/**
 * Our assessment id is both the key under which Serand knows a repeat (`Idempotency-Key`) and the invitation's
 * `external_id`; an invitation that is there already is ours only if it carries it (decision 0027).
 */
export async function invite(call: SerandCall, input: InviteInput): Promise<Invitation> {
  const { assessmentId, knownRef } = input;
  const known = knownRef === null ? null : await adopt(call, knownRef, assessmentId);
  if (known !== null) return known;
  const asked = creation(call, input, await assessmentOf(call, input.route));
  const answer = await api.send(call, asked);
  if (answer.status !== 409) return toInvitation(api.accepted(asked, answer, invitationAnswer), assessmentId);
  const mentions = mentionsIn(answer.body, invitationAnswer);
  if (mentions === null)
    throw api.fault(asked, 'vendor.unexpected', tooMuchSaid, { detail: { status: 409 } });
  const ours = mentions.find(({ external_id }) => external_id === assessmentId);
  if (ours !== undefined) return toInvitation(ours, assessmentId);
  const words =
    'the candidate already has an open invitation to this assessment, which this run has not sent';
  throw api.fault(asked, 'vendor.rejected', words, { detail: { status: 409 } });
}

function creation({ settings }: SerandCall, input: InviteInput, assessmentId: string): RestRequest {
  const { firstName, lastName } = splitName(input.candidate.name);
  const { expiresAfter, locale } = settings;
  return {
    method: 'POST',
    path: '/invitations',
    route: '/invitations',
    writes: true,
    headers: { 'idempotency-key': input.assessmentId },
    body: {
      assessment_id: assessmentId,
      external_id: input.assessmentId,
      callback_url: input.callbackUrl,
      candidate: { first_name: firstName, last_name: lastName, email: input.candidate.email ?? '' },
      locale,
      ...(expiresAfter !== null && { expires_in_days: Math.max(1, Math.ceil(expiresAfter / dayMs)) }),
    },
  };
}

/**
 * The named invitation, if it is ours; a callback may name any, and a wrong one must not end the run. Where Serand does not
 * show whose it is, the address that it called, or our own memory, says so.
 */
async function adopt(call: SerandCall, id: string, assessmentId: string): Promise<Invitation | null> {
  const found = id === assessmentId ? 'hidden' : await lookUp(() => invitationOf(call, id));
  if (found === 'unknown') return null;
  if (found === 'hidden') return { vendorRef: id, url: null, expiresAt: null };
  const { external_id } = found.seen;
  return external_id === null || external_id === assessmentId
    ? toInvitation({ ...found.seen, id }, assessmentId)
    : null;
}

/** A Serand that does not serve the list answers 404, or something else, which says nothing. */
export async function find(
  call: SerandCall,
  { assessmentId, knownRef }: InvitationQuery,
): Promise<Invitation | null> {
  const known = knownRef === null ? null : await adopt(call, knownRef, assessmentId);
  if (known !== null) return known;
  const asked: RestRequest = {
    method: 'GET',
    path: `/invitations?external_id=${encodeURIComponent(assessmentId)}`,
    route: '/invitations',
    writes: false,
  };
  const answer = await api.send(call, asked);
  if (answer.status >= 400 && answer.status !== 404) api.read(asked, answer, z.unknown());
  const list = answer.status === 404 ? null : invitationsAnswer.safeParse(answer.body);
  // Ours may be in it.
  if (list?.error && isTooBig(list.error)) api.read(asked, answer, invitationsAnswer);
  if (!list?.success) throw api.fault(asked, 'vendor.unsupported', 'invitations cannot be searched');
  const ours = list.data.data.find(({ external_id }) => external_id === assessmentId);
  return ours === undefined ? null : toInvitation(ours, assessmentId);
}

/** Serand writes to the candidate itself: without an id of its own the run goes by ours. */
const toInvitation = (
  { id, invite_url, expires_at }: SerandInvitation,
  assessmentId: string,
): Invitation => ({ vendorRef: id ?? assessmentId, url: invite_url, expiresAt: isoTime(expires_at) });

const about = (id: string, action?: 'cancel' | 'resend'): RestRequest => ({
  method: action === undefined ? 'GET' : 'POST',
  path: `/invitations/${encodeURIComponent(id)}${action === undefined ? '' : `/${action}`}`,
  route: `/invitations/:id${action === undefined ? '' : `/${action}`}`,
  writes: action === 'resend',
});

const invitationOf = (call: SerandCall, id: string): Promise<SerandInvitation> =>
  api.ask(call, about(id), invitationAnswer);

const isNamed = ({ vendorRef, assessmentId }: RunReference): boolean => vendorRef !== assessmentId;

export async function status(call: SerandCall, run: RunReference): Promise<VendorFinding[]> {
  if (!isNamed(run)) return [];
  const invitation = await invitationOf(call, run.vendorRef);
  if (isCompleted(invitation)) {
    const at = isoTime(invitation.completed_at);
    return [{ type: 'completed', ...(at !== null && { at }) }];
  }
  const finding = findings.get(invitation.status?.toLowerCase() ?? '');
  return finding === undefined ? [] : [finding];
}

/** What else than a completion its statuses mean to a run. */
const findings = new Map<string, VendorFinding>([
  ['started', { type: 'started' }],
  ['expired', { type: 'expired' }],
  ['cancelled', { type: 'cancelled', reason: 'it was cancelled at Serand' }],
]);

export async function result(call: SerandCall, run: RunReference): Promise<AssessmentResult> {
  const asked = about(run.vendorRef);
  if (!isNamed(run)) throw api.fault(asked, 'vendor.not_found', 'Serand has named no invitation');
  const invitation = await invitationOf(call, run.vendorRef);
  if (isCompleted(invitation)) return resultOf(invitation);
  const words = 'the assessment was reported as completed but is not shown as completed yet';
  throw api.fault(asked, 'vendor.unexpected', words);
}

/** Serand sends the invitation once more. @throws FulcrumError `vendor.unsupported` where it does not know such a wish */
export async function remind(call: SerandCall, run: RunReference): Promise<void> {
  const asked = about(run.vendorRef, 'resend');
  if (!isNamed(run)) throw api.fault(asked, 'vendor.unsupported', 'Serand has named no invitation');
  const answer = await api.send(call, asked);
  if (answer.status === 404) {
    throw api.fault(asked, 'vendor.unsupported', 'Serand answered 404', { detail: { status: 404 } });
  }
  api.read(asked, answer, z.unknown());
}

/** One that is over already needs no cancelling. */
export async function cancel(call: SerandCall, run: RunReference): Promise<void> {
  const asked = about(run.vendorRef, 'cancel');
  if (!isNamed(run)) throw api.fault(asked, 'vendor.unsupported', 'Serand has named no invitation');
  const answer = await api.send(call, asked);
  if (answer.status !== 409 && answer.status !== 410) api.read(asked, answer, z.unknown());
}
