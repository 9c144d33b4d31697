import type { AssessmentResult, Invitation, ResultPart } from '../../domain/assessment';
import { FulcrumError } from '../../domain/errors';
import type { VendorFinding } from '../../domain/events';
import type { InvitationLook, InviteInput, RunReference } from '../define';
import { splitName } from '../person-name';
import { isoTime } from '../reading';
import { restFault } from '../rest';
import type { RestRequest } from '../rest';
import { assessmentOf } from './assessments';
import { errorAnswer, invitationAnswer, invitationsAnswer, read, request, send, serandApi } from './wire';
import type { SerandCall, SerandInvitation } from './wire';

const dayMs = 86_400_000;

/**
 * Our assessment id is both the key under which Serand knows a repeat (`Idempotency-Key`) and the invitation's
 * `external_id`; an invitation that is there already is ours only if it carries it (design 10.7).
 */
export async function invite(call: SerandCall, input: InviteInput): Promise<Invitation> {
  const known = input.knownRef === null ? null : await adopt(call, input.knownRef, input.assessmentId);
  if (known !== null) return known;
  const asked = creation(call, input, await assessmentOf(call, input.route));
  const answer = await send(call, asked);
  if (answer.status !== 409) return toInvitation(read(asked, answer, invitationAnswer));
  const there = errorAnswer.safeParse(answer.body).data?.invitation ?? null;
  if (there?.external_id === input.assessmentId) return toInvitation(there);
  const words =
    'the candidate already has an open invitation to this assessment, which this run has not sent';
  throw restFault(serandApi, asked, 'vendor.rejected', words, { detail: { status: 409 } });
}

function creation(call: SerandCall, input: InviteInput, assessmentId: string): RestRequest {
  const { firstName, lastName } = splitName(input.candidate.name);
  const { expiresAfter, locale } = call.settings;
  return request(call, {
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
  });
}

/** The named invitation, if it is ours; a callback may name any, and a wrong one must not end the run. */
async function adopt(call: SerandCall, id: string, assessmentId: string): Promise<Invitation | null> {
  try {
    const invitation = await invitationOf(call, id);
    return invitation.external_id === assessmentId ? toInvitation(invitation) : null;
  } catch (error) {
    if (error instanceof FulcrumError && error.code === 'vendor.not_found') return null;
    throw error;
  }
}

/** A Serand that does not serve the list answers 404, which says nothing. */
export async function find(
  call: SerandCall,
  { assessmentId, knownRef }: InvitationLook,
): Promise<Invitation | null> {
  const known = knownRef === null ? null : await adopt(call, knownRef, assessmentId);
  if (known !== null) return known;
  const asked = request(call, {
    method: 'GET',
    path: `/invitations?external_id=${encodeURIComponent(assessmentId)}`,
    route: '/invitations',
    writes: false,
  });
  const answer = await send(call, asked);
  if (answer.status === 404) {
    throw restFault(serandApi, asked, 'vendor.unsupported', 'invitations cannot be searched');
  }
  const { data } = read(asked, answer, invitationsAnswer);
  const ours = data.find(({ external_id }) => external_id === assessmentId);
  return ours === undefined ? null : toInvitation(ours);
}

const toInvitation = ({ id, invite_url, expires_at }: SerandInvitation): Invitation => ({
  vendorRef: id,
  url: invite_url ?? null,
  expiresAt: isoTime(expires_at),
});

const about = (call: SerandCall, id: string, action?: 'cancel' | 'resend'): RestRequest =>
  request(call, {
    method: action === undefined ? 'GET' : 'POST',
    path: `/invitations/${encodeURIComponent(id)}${action === undefined ? '' : `/${action}`}`,
    route: `/invitations/:id${action === undefined ? '' : `/${action}`}`,
    writes: action === 'resend',
  });

async function invitationOf(call: SerandCall, id: string): Promise<SerandInvitation> {
  const asked = about(call, id);
  return read(asked, await send(call, asked), invitationAnswer);
}

export async function status(call: SerandCall, run: RunReference): Promise<VendorFinding[]> {
  const invitation = await invitationOf(call, run.vendorRef);
  switch (invitation.status) {
    case 'started':
      return [{ type: 'started' }];
    case 'completed': {
      const at = isoTime(invitation.completed_at);
      return [{ type: 'completed', ...(at !== null && { at }) }];
    }
    case 'expired':
      return [{ type: 'expired' }];
    case 'cancelled':
      return [{ type: 'cancelled', reason: 'it was cancelled at Serand' }];
    default:
      return [];
  }
}

export async function result(call: SerandCall, run: RunReference): Promise<AssessmentResult> {
  const invitation = await invitationOf(call, run.vendorRef);
  if (invitation.status !== 'completed') {
    const words = 'the assessment was reported as completed but is not shown so yet';
    throw restFault(serandApi, about(call, run.vendorRef), 'vendor.unexpected', words);
  }
  const { scores, profile_url, completed_at } = invitation;
  const part = (label: string, score: number | null | undefined): ResultPart[] =>
    score === null || score === undefined ? [] : [{ label, score, maxScore: 100, text: null }];
  const personality: ResultPart[] = scores?.personality
    ? [{ label: 'Personality', score: null, maxScore: null, text: scores.personality }]
    : [];
  const overall = scores?.overall ?? null;
  return {
    score: overall,
    maxScore: overall === null ? null : 100,
    band: null,
    reports: profile_url ? [{ label: 'Serand profile', url: profile_url }] : [],
    parts: [
      ...part('Skills', scores?.skills),
      ...part('Values', scores?.values),
      ...personality,
      ...part('Cultural fit', scores?.culture_fit),
    ],
    completedAt: isoTime(completed_at),
  };
}

/** Serand sends the invitation once more. */
export async function remind(call: SerandCall, run: RunReference): Promise<void> {
  const asked = about(call, run.vendorRef, 'resend');
  const answer = await send(call, asked);
  if (answer.status >= 300) read(asked, answer, invitationAnswer);
}

/** One that is over already needs no cancelling. */
export async function cancel(call: SerandCall, run: RunReference): Promise<void> {
  const asked = about(call, run.vendorRef, 'cancel');
  const answer = await send(call, asked);
  if (answer.status >= 300 && answer.status !== 409 && answer.status !== 410)
    read(asked, answer, invitationAnswer);
}
