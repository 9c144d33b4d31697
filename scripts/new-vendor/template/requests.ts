import type { AssessmentResult, Invitation } from '../../../domain/assessment';
import type { VendorFinding } from '../../../domain/events';
import type { InvitationQuery, InviteInput, RunReference } from '../../../vendors/define';
import { splitName } from '../../../vendors/person-name';
import { isoTime } from '../../../vendors/reading';
import type { RestRequest } from '../../../vendors/rest';
import type { AcmeCall, AcmeInvitation } from './wire';
import { api, assessmentsAnswer, errorAnswer, invitationAnswer, invitationsAnswer } from './wire';

const get = (path: string, route: string): RestRequest => ({ method: 'GET', path, route, writes: false });

export async function listAssessments(call: AcmeCall): Promise<{ id: string; name: string }[]> {
  const { data } = await api.ask(call, get('/assessments', '/assessments'), assessmentsAnswer);
  return data.map(({ id, name }) => ({ id, name: name ?? id }));
}

/** Looks before it invites, so that a repeat after a lost answer finds what the first request made. */
export async function invite(call: AcmeCall, input: InviteInput): Promise<Invitation> {
  const before = await ours(call, input.assessmentId);
  if (before !== undefined) return toInvitation(before);
  const asked = creation(input);
  const answer = await api.send(call, asked);
  if (answer.status !== 409) return toInvitation(api.read(asked, answer, invitationAnswer));
  const there = errorAnswer.safeParse(answer.body).data?.invitation;
  if (there?.external_id === input.assessmentId) return toInvitation(there);
  const words = 'the candidate already has an open invitation, which this run has not sent';
  throw api.fault(asked, 'vendor.rejected', words, { detail: { status: 409 } });
}

/** Makes none: a run that was called off meanwhile must not invite anybody. */
export async function find(call: AcmeCall, { assessmentId }: InvitationQuery): Promise<Invitation | null> {
  const found = await ours(call, assessmentId);
  return found === undefined ? null : toInvitation(found);
}

/** Only an invitation that carries our assessment id is ours, whatever the vendor makes of the filter. */
async function ours(call: AcmeCall, assessmentId: string): Promise<AcmeInvitation | undefined> {
  const path = `/invitations?external_id=${encodeURIComponent(assessmentId)}`;
  const { data } = await api.ask(call, get(path, '/invitations'), invitationsAnswer);
  return data.find(({ external_id }) => external_id === assessmentId);
}

function creation({ assessmentId, route, candidate, callbackUrl, expiresAt }: InviteInput): RestRequest {
  const { firstName, lastName } = splitName(candidate.name);
  return {
    method: 'POST',
    path: '/invitations',
    route: '/invitations',
    writes: true,
    body: {
      assessment_id: route.assessmentRef,
      external_id: assessmentId,
      callback_url: callbackUrl,
      candidate: { first_name: firstName, last_name: lastName, email: candidate.email ?? '' },
      expires_at: expiresAt === null ? null : new Date(expiresAt).toISOString(),
    },
  };
}

const toInvitation = ({ id, url, expires_at }: AcmeInvitation): Invitation => ({
  vendorRef: id,
  url: url ?? null,
  expiresAt: isoTime(expires_at),
});

const about = ({ vendorRef }: RunReference): RestRequest =>
  get(`/invitations/${encodeURIComponent(vendorRef)}`, '/invitations/:id');

export async function status(call: AcmeCall, run: RunReference): Promise<VendorFinding[]> {
  const invitation = await api.ask(call, about(run), invitationAnswer);
  switch (invitation.status) {
    case 'started':
    case 'expired':
    case 'declined':
      return [{ type: invitation.status }];
    case 'completed': {
      const at = isoTime(invitation.completed_at);
      return [{ type: 'completed', ...(at !== null && { at }) }];
    }
    case 'cancelled':
      return [{ type: 'cancelled', reason: 'it was cancelled at Acme Tests' }];
    default:
      return [];
  }
}

/** @throws FulcrumError `vendor.unexpected`, so that the hub asks again, while the completion does not show */
export async function result(call: AcmeCall, run: RunReference): Promise<AssessmentResult> {
  const invitation = await api.ask(call, about(run), invitationAnswer);
  if (invitation.status !== 'completed') {
    const words = 'it was reported as completed but is not shown so yet';
    throw api.fault(about(run), 'vendor.unexpected', words);
  }
  const { score, max_score, report_url, completed_at } = invitation;
  return {
    score: score ?? null,
    maxScore: max_score ?? null,
    band: null,
    reports: report_url ? [{ label: 'Acme Tests report', url: report_url }] : [],
    completedAt: isoTime(completed_at),
  };
}

const act = (run: RunReference, action: string, writes: boolean): RestRequest => {
  const { path, route } = about(run);
  return { method: 'POST', path: `${path}/${action}`, route: `${route}/${action}`, writes };
};

/** The candidate is written to once more. */
export async function remind(call: AcmeCall, run: RunReference): Promise<void> {
  await api.ask(call, act(run, 'remind', true), invitationAnswer);
}

/** One that is over or gone needs no cancelling; a repeat does nothing. */
export async function cancel(call: AcmeCall, run: RunReference): Promise<void> {
  const asked = act(run, 'cancel', false);
  const answer = await api.send(call, asked);
  if (![404, 409, 410].includes(answer.status)) api.read(asked, answer, invitationAnswer);
}
