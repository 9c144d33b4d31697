import type { Invitation } from '../../domain/assessment';
import { FulcrumError } from '../../domain/errors';
import type { VendorFinding } from '../../domain/events';
import type { InvitationLook, InviteInput, RunReference } from '../define';
import { splitName } from '../person-name';
import { chooseModel, demandedQuestionnaires, questionnaires } from './models';
import type { ChosenModel } from './models';
import { api, duplicateAnswer, invitationAnswer, request, resultsAnswer, timeOf } from './wire';
import type { AssessFirstCall, Duplicate, Results } from './wire';

/** Why a run ended that AssessFirst itself took back. */
export const cancelledAtVendor = 'it was cancelled at AssessFirst';

/** A candidate has an account of their own and may have several invitations: both ids together name a run. */
export const vendorRefOf = (ids: { candidate_uuid: string; invitation_uuid: string }): string =>
  `${ids.candidate_uuid}:${ids.invitation_uuid}`;

/**
 * AssessFirst refuses a second invitation of one person to one model, so the first request is look and write in one,
 * and only a refusal makes it matter whether the invitation that is there is ours (design D7, 10.7).
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
  switch (answer.status) {
    case 404: {
      const words =
        'it has no predictive model with this id. Correct the mapping of the connection, then move the candidate into the stage again';
      throw api.fault(asked, 'vendor.rejected', words, { detail: { status: 404 } });
    }
    case 409: {
      const { data } = duplicateAnswer.safeParse(answer.body);
      const ours = data === undefined ? null : await ifOurs(call, data, input.assessmentId);
      if (ours !== null) return withNotice(ours, model);
      const words =
        'the candidate already has an invitation to this predictive model from before. Its results are at AssessFirst';
      throw api.fault(asked, 'vendor.rejected', words, { detail: { status: 409 } });
    }
    default: {
      const { data } = api.read(asked, answer, invitationAnswer);
      return withNotice(toInvitation(vendorRefOf(data), data), model);
    }
  }
}

function invitationOf({ settings }: AssessFirstCall, input: InviteInput, model: ChosenModel): unknown {
  const { firstName, lastName } = splitName(input.candidate.name);
  return {
    email: input.candidate.email,
    firstname: firstName || 'Candidate',
    // AssessFirst wants both.
    lastname: lastName || '-',
    predictive_model_uuid: model.uuid,
    ...(settings.serviceUserEmail !== undefined && { recruiter_email: settings.serviceUserEmail }),
    external_id: input.assessmentId,
    callback_url: input.callbackUrl,
  };
}

const toInvitation = (
  vendorRef: string,
  shown: { invitation_url?: string | null | undefined; expires_at?: string | null | undefined },
): Invitation => ({ vendorRef, url: shown.invitation_url ?? null, expiresAt: timeOf(shown.expires_at) });

const withNotice = (invitation: Invitation, { notice }: ChosenModel): Invitation =>
  notice === null ? invitation : { ...invitation, notice };

/** The refusal itself may say whose invitation it means; else the results do. */
async function ifOurs(
  call: AssessFirstCall,
  found: Duplicate,
  assessmentId: string,
): Promise<Invitation | null> {
  const vendorRef = vendorRefOf(found);
  if (!found.external_id) return adopt(call, vendorRef, assessmentId);
  return found.external_id === assessmentId ? toInvitation(vendorRef, found) : null;
}

/** The named invitation if it carries our assessment id. One that AssessFirst does not know is not ours. */
async function adopt(
  call: AssessFirstCall,
  vendorRef: string,
  assessmentId: string,
): Promise<Invitation | null> {
  try {
    const results = await readResults(call, vendorRef);
    return results.external_id === assessmentId ? toInvitation(vendorRef, results) : null;
  } catch (error) {
    if (error instanceof FulcrumError && error.code === 'vendor.not_found') return null;
    throw error;
  }
}

/** AssessFirst has no list of invitations: only one that a callback names can be looked at. */
export async function find(
  call: AssessFirstCall,
  { assessmentId, knownRef }: InvitationLook,
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
  return (await api.ask(call, asked, resultsAnswer)).data;
}

/** @throws FulcrumError `vendor.not_found` when what comes back belongs to another invitation of the same person */
export async function resultsOf(call: AssessFirstCall, run: RunReference): Promise<Results> {
  const results = await readResults(call, run.vendorRef);
  if (!results.external_id || results.external_id === run.assessmentId) return results;
  throw new FulcrumError(
    'vendor.not_found',
    `AssessFirst GET ${resultsRoute}: they are those of another invitation of this candidate`,
  );
}

/** Which questionnaires count, where all of them are completed; null before that, whatever AssessFirst calls it. */
export async function completedSet(call: AssessFirstCall, results: Results): Promise<string[] | null> {
  if (results.status !== 'completed') return null;
  const demanded = await demandedQuestionnaires(call, results.predictive_model?.uuid ?? null);
  return demanded.every((name) => isDone(results, name)) ? demanded : null;
}

const isDone = (results: Results, name: string): boolean => results.assessments[name]?.status === 'completed';

/** When the last questionnaire was completed, ms since 1970. */
export function completedAt(results: Results): number | null {
  const times = Object.values(results.assessments)
    .map((one) => timeOf(one?.completed_at))
    .filter((at) => at !== null);
  return times.length === 0 ? null : Math.max(...times);
}

/** What AssessFirst's present state amounts to. */
export async function status(call: AssessFirstCall, run: RunReference): Promise<VendorFinding[]> {
  const results = await resultsOf(call, run);
  switch (results.status) {
    case 'accepted':
    case 'in_progress':
      return progressOf(results);
    case 'completed': {
      if ((await completedSet(call, results)) === null) return progressOf(results);
      const at = completedAt(results);
      return [{ type: 'completed', ...(at !== null && { at }) }];
    }
    case 'declined':
      return [{ type: 'declined' }];
    case 'expired':
      return [{ type: 'expired' }];
    case 'cancelled':
      return [{ type: 'cancelled', reason: cancelledAtVendor }];
    default:
      return [];
  }
}

const progressOf = (results: Results): VendorFinding[] => [
  { type: 'started' },
  ...questionnaires
    .filter((name) => isDone(results, name))
    .map((step): VendorFinding => {
      const at = timeOf(results.assessments[step]?.completed_at);
      return { type: 'progress', step, ...(at !== null && { at }) };
    }),
];
