import type { Invitation } from '../../domain/assessment';
import { FulcrumError } from '../../domain/errors';
import type { InvitationQuery, InviteInput, RunReference } from '../define';
import { lookUp } from '../lookup';
import { mentionsIn, tooMuchSaid } from '../mentions';
import { splitName } from '../person-name';
import type { ChosenModel } from './models';
import { chooseModel } from './models';
import type { AssessFirstCall, Mention, Results } from './wire';
import { api, mention, request, resultsAnswer, timeOf } from './wire';

/**
 * A candidate has an account of their own and may have several invitations: both ids together name a run. Null where not even
 * the candidate is named.
 */
export const vendorRefOf = ({
  candidate_uuid: candidate,
  invitation_uuid: invitation,
}: Pick<Mention, 'candidate_uuid' | 'invitation_uuid'>): string | null =>
  candidate === null ? null : invitation === null ? candidate : `${candidate}:${invitation}`;

/**
 * AssessFirst refuses a second invitation of one person to one model, so the first request is lookup and write in one,
 * and only a refusal makes it matter whether the invitation that is there is ours (decisions 0008 and 0027).
 */
export async function invite(call: AssessFirstCall, input: InviteInput): Promise<Invitation> {
  const known = input.knownRef === null ? null : await adopt(call, input.knownRef, input.assessmentId);
  if (known !== null) return known;
  const model = await chooseModel(call, input.route.assessmentRef);
  const asked = request(call, {
    method: 'POST',
    path: '/candidate/send-invitation',
    route: '/candidate/send-invitation',
    body: invitationOf(call, input, model),
  });
  const answer = await api.send(call, asked);
  if (answer.status === 404 && model.uuid !== null) {
    const words =
      'it has no predictive model with this id. Correct the mapping of the connection, then move the candidate into the stage again';
    throw api.fault(asked, 'vendor.rejected', words, { detail: { status: 404 } });
  }
  const mentions = mentionsIn(answer.body, mention);
  // Whoever is invited is, whatever else the answer holds.
  const named = allOf(mentions ?? []);
  if (answer.status === 409) {
    if (mentions === null)
      throw api.fault(asked, 'vendor.unexpected', tooMuchSaid, { detail: { status: 409 } });
    const ours = await ifOurs(call, named, input.assessmentId);
    if (ours !== null) return withNotice(ours, model);
    const words =
      'the candidate already has an invitation to this predictive model from before. Its results are at AssessFirst';
    throw api.fault(asked, 'vendor.rejected', words, { detail: { status: 409 } });
  }
  api.accepted(asked, answer, mention);
  return withNotice(toInvitation(vendorRefOf(named) ?? input.assessmentId, named), model);
}

/** What an answer says of the one invitation it is about, wherever its members stand. */
const allOf = (mentions: Mention[]): Mention => {
  const first = (name: keyof Mention): string | null =>
    mentions.map((one) => one[name]).find((value) => value !== null) ?? null;
  return {
    candidate_uuid: first('candidate_uuid'),
    invitation_uuid: first('invitation_uuid'),
    external_id: first('external_id'),
    invitation_url: first('invitation_url'),
    expires_at: first('expires_at'),
  };
};

function invitationOf({ settings }: AssessFirstCall, input: InviteInput, model: ChosenModel): unknown {
  const { firstName, lastName } = splitName(input.candidate.name);
  return {
    email: input.candidate.email,
    firstname: firstName,
    lastname: lastName,
    predictive_model_uuid: model.uuid,
    ...(settings.serviceUserEmail !== undefined && { recruiter_email: settings.serviceUserEmail }),
    external_id: input.assessmentId,
    callback_url: input.callbackUrl,
  };
}

const toInvitation = (
  vendorRef: string,
  shown: Pick<Mention, 'invitation_url' | 'expires_at'>,
): Invitation => ({ vendorRef, url: shown.invitation_url, expiresAt: timeOf(shown.expires_at) });

const withNotice = (invitation: Invitation, { notice }: ChosenModel): Invitation =>
  notice === null ? invitation : { ...invitation, notice };

/** The refusal itself may say whose invitation it means; else the results do. What neither says is not ours. */
async function ifOurs(
  call: AssessFirstCall,
  found: Mention,
  assessmentId: string,
): Promise<Invitation | null> {
  const vendorRef = vendorRefOf(found);
  if (found.external_id !== null) {
    return found.external_id === assessmentId ? toInvitation(vendorRef ?? assessmentId, found) : null;
  }
  if (vendorRef === null) return null;
  const shown = await lookUp(() => readResults(call, vendorRef));
  if (typeof shown !== 'object' || shown.seen.external_id !== assessmentId) return null;
  return toInvitation(vendorRef, shown.seen);
}

/**
 * The named invitation, if it is ours. One that AssessFirst does not know is not; where it does not show whose it is, the
 * address that it has called, or our own memory, says so.
 */
async function adopt(
  call: AssessFirstCall,
  vendorRef: string,
  assessmentId: string,
): Promise<Invitation | null> {
  const found = vendorRef === assessmentId ? 'hidden' : await lookUp(() => readResults(call, vendorRef));
  if (found === 'unknown') return null;
  if (found === 'hidden') return { vendorRef, url: null, expiresAt: null };
  const { external_id } = found.seen;
  return external_id === null || external_id === assessmentId ? toInvitation(vendorRef, found.seen) : null;
}

/** AssessFirst has no list of invitations: only one that a callback names can be looked at. */
export async function find(
  call: AssessFirstCall,
  { assessmentId, knownRef }: InvitationQuery,
): Promise<Invitation | null> {
  if (knownRef !== null) return adopt(call, knownRef, assessmentId);
  throw new FulcrumError('vendor.unsupported', 'AssessFirst invitations cannot be searched');
}

export const resultsRoute = '/candidate/:uuid/results';

/** Of this one of the candidate's invitations. */
async function readResults(call: AssessFirstCall, vendorRef: string): Promise<Results> {
  const [candidate = '', invitation] = vendorRef.split(':');
  const asked = request(call, {
    method: 'GET',
    path: `/candidate/${encodeURIComponent(candidate)}/results`,
    route: resultsRoute,
    ...(invitation !== undefined && { query: { invitation_uuid: invitation } }),
  });
  return api.ask(call, asked, resultsAnswer);
}

/** @throws FulcrumError `vendor.not_found` when what comes back belongs to another invitation of the same person */
export async function resultsOf(call: AssessFirstCall, run: RunReference): Promise<Results> {
  if (run.vendorRef === run.assessmentId) {
    throw new FulcrumError('vendor.unsupported', 'AssessFirst has named neither candidate nor invitation');
  }
  const results = await readResults(call, run.vendorRef);
  if (results.external_id === null || results.external_id === run.assessmentId) return results;
  throw new FulcrumError(
    'vendor.not_found',
    `AssessFirst GET ${resultsRoute}: they are those of another invitation of this candidate`,
  );
}
