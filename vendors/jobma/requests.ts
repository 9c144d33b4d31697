import type { AssessmentResult, Invitation, ResultPart } from '../../domain/assessment';
import { FulcrumError } from '../../domain/errors';
import type { VendorFinding } from '../../domain/events';
import type { InvitationLook, InviteInput, RunReference } from '../define';
import { splitName } from '../person-name';
import { restFault } from '../rest';
import type { RestRequest } from '../rest';
import { createdAnswer, interviewAnswer, jobmaApi, read, request, send, templatesAnswer } from './wire';
import type { Interview, JobmaCall } from './wire';

/** The interview kits of the account. */
export async function listAssessments(call: JobmaCall): Promise<{ id: string; name: string }[]> {
  const asked = request(call, {
    method: 'GET',
    path: '/interview-templates',
    route: '/interview-templates',
    writes: false,
  });
  const { interview_templates } = read(asked, await send(call, asked), templatesAnswer);
  return interview_templates.map(({ id, name }) => ({ id, name: name ?? `Kit ${id}` }));
}

/**
 * Jobma has no external key: our assessment id travels as `job_code` and behind the callback address. It refuses a second
 * open interview of the same kit and e-mail address with 409, which so is look and write in one; ours is only the one that
 * carries our id (design 10.7).
 */
export async function invite(call: JobmaCall, input: InviteInput): Promise<Invitation> {
  const known = input.knownRef === null ? null : await findOurs(call, input.knownRef, input.assessmentId);
  if (known !== null) return known;
  if (input.heard === true) return unnamed(input.assessmentId);
  const { firstName, lastName } = splitName(input.candidate.name);
  const asked = request(call, {
    method: 'POST',
    path: '/interviews',
    route: '/interviews',
    writes: true,
    body: {
      interview_template_id: input.route.assessmentRef,
      job_id: input.postingId ?? '',
      job_code: input.assessmentId,
      job_title: String(input.route.options['jobTitle'] ?? ''),
      callback_url: `${input.callbackUrl}/${input.assessmentId}`,
      candidate: {
        first_name: firstName,
        last_name: lastName,
        phone: input.candidate.phone ?? '',
        email: input.candidate.email ?? '',
      },
    },
  });
  const answer = await send(call, asked);
  if (answer.status !== 409) return toInvitation(asked, read(asked, answer, createdAnswer));
  const there = createdAnswer.safeParse(answer.body);
  const token = there.success ? there.data.interview_token : null;
  const ours = token ? await findOurs(call, token, input.assessmentId) : null;
  if (ours !== null) return ours;
  const words = 'the candidate already has an open interview of this kit, which this run has not sent';
  throw restFault(jobmaApi, asked, 'vendor.rejected', words, { detail: { status: 409 } });
}

/**
 * Jobma's callbacks name no interview, and it cannot be searched. One that Jobma has called about is there all the same,
 * and a second one must not be made: our own id stands for the token that was lost with the answer.
 */
const unnamed = (assessmentId: string): Invitation => ({
  vendorRef: assessmentId,
  url: null,
  expiresAt: null,
});

export async function find(
  call: JobmaCall,
  { assessmentId, knownRef, heard }: InvitationLook,
): Promise<Invitation | null> {
  const known = knownRef === null ? null : await findOurs(call, knownRef, assessmentId);
  if (known !== null) return known;
  if (heard === true) return unnamed(assessmentId);
  throw new FulcrumError('vendor.unsupported', 'Jobma interviews cannot be searched');
}

/** The interview of this token, if it carries our id. */
async function findOurs(call: JobmaCall, token: string, assessmentId: string): Promise<Invitation | null> {
  try {
    const interview = await interviewOf(call, token);
    if (interview.job_code !== assessmentId) return null;
    return toInvitation(interviewRequest(call, token), { ...interview, interview_token: token });
  } catch (error) {
    if (error instanceof FulcrumError && error.code === 'vendor.not_found') return null;
    throw error;
  }
}

/**
 * An answer without link or token is an error, and asking once more would not mend it: the candidate may have been
 * invited, so somebody has to look.
 */
function toInvitation(
  asked: RestRequest,
  given: { interview_link?: string | null | undefined; interview_token?: string | null | undefined },
): Invitation {
  const { interview_link: url, interview_token: vendorRef } = given;
  if (url && vendorRef) return { vendorRef, url, expiresAt: null };
  const missing = url ? 'token' : 'link';
  const words = `its answer holds no interview ${missing}. See at Jobma whether the candidate was invited`;
  throw restFault(jobmaApi, asked, 'vendor.rejected', words, { detail: { mayBeOut: asked.writes } });
}

const interviewRequest = (call: JobmaCall, token: string): RestRequest =>
  request(call, {
    method: 'GET',
    path: `/interviews/${encodeURIComponent(token)}`,
    route: '/interviews/:token',
    writes: false,
  });

async function interviewOf(call: JobmaCall, token: string): Promise<Interview> {
  const asked = interviewRequest(call, token);
  return read(asked, await send(call, asked), interviewAnswer);
}

/** Jobma tells no start. A rejected interview that has results was completed first and then evaluated. */
export async function status(call: JobmaCall, run: RunReference): Promise<VendorFinding[]> {
  const interview = await interviewOf(call, run.vendorRef);
  switch (interview.status) {
    case 'completed':
      return [{ type: 'completed' }];
    case 'rejected':
      return interview.results_url ? [{ type: 'completed' }] : [{ type: 'declined' }];
    case 'expired':
      return [{ type: 'expired' }];
    default:
      return [];
  }
}

/** `band` is the evaluators' decision, as far as there is one. */
export async function result(call: JobmaCall, run: RunReference): Promise<AssessmentResult> {
  const interview = await interviewOf(call, run.vendorRef);
  if (interview.status !== 'completed' && interview.status !== 'rejected') {
    const words = 'the interview was reported as completed but is not shown so yet';
    throw restFault(jobmaApi, interviewRequest(call, run.vendorRef), 'vendor.unexpected', words);
  }
  const { score, rating, results_url } = interview;
  const parts: ResultPart[] =
    rating === null || rating === undefined
      ? []
      : [{ label: 'Rating', score: rating, maxScore: 5, text: null }];
  return {
    score: score ?? null,
    maxScore: score === null || score === undefined ? null : 100,
    band: interview.status === 'rejected' ? 'rejected' : (interview.decision ?? null),
    reports: results_url ? [{ label: 'Interview', url: results_url }] : [],
    ...(parts.length > 0 && { parts }),
    completedAt: null,
  };
}
