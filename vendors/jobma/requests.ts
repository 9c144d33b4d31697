import type { AssessmentResult, Invitation, ResultPart } from '../../domain/assessment';
import { FulcrumError } from '../../domain/errors';
import type { VendorFinding } from '../../domain/events';
import { bestLink, webAddressIn } from '../../domain/web-address';
import type { InvitationQuery, InviteInput, RunReference } from '../define';
import { lookUp } from '../lookup';
import { tooMuchSaid } from '../mentions';
import { splitName } from '../person-name';
import type { RestRequest } from '../rest';
import { duplicateOf } from './duplicate';
import type { Interview, JobmaCall, Mention } from './wire';
import { about, api, createdAnswer, creation, interviewAnswer, templatesAnswer } from './wire';

/** The interview kits of the account. */
export async function listAssessments(call: JobmaCall): Promise<{ id: string; name: string }[]> {
  const route = '/interview-templates';
  const { interview_templates } = await api.ask(
    call,
    { method: 'GET', path: route, route, writes: false },
    templatesAnswer,
  );
  return interview_templates.map(({ id, name }) => ({ id, name: name ?? `Kit ${id}` }));
}

/**
 * Jobma has no external key: our assessment id travels as `job_code` and behind the callback address. That it refuses a
 * second open interview of the same kit and e-mail address with 409 is a guess, and so is what the refusal says: ours is
 * only an interview that carries our id (decision 0027).
 */
export async function invite(call: JobmaCall, input: InviteInput): Promise<Invitation> {
  const known = input.knownRef === null ? null : await adopt(call, input.knownRef, input.assessmentId);
  if (known !== null) return known;
  if (input.heard === true) return unnamed(input.assessmentId);
  const asked: RestRequest = { ...creation, body: bodyOf(input) };
  const answer = await api.send(call, asked);
  if (answer.status === 409) return findOurs(call, asked, answer.body, input.assessmentId);
  // Whoever accepts it has invited, whatever else the answer says: nothing proven makes a repeat safe.
  if (answer.status >= 400) api.read(asked, answer, createdAnswer);
  return toInvitation(call, asked, createdAnswer.safeParse(answer.body).data ?? {}, input.assessmentId);
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
  { assessmentId, knownRef, heard }: InvitationQuery,
): Promise<Invitation | null> {
  const known = knownRef === null ? null : await adopt(call, knownRef, assessmentId);
  if (known !== null) return known;
  if (heard === true) return unnamed(assessmentId);
  throw new FulcrumError('vendor.unsupported', 'Jobma interviews cannot be searched');
}

function bodyOf({ assessmentId, route, candidate, postingId, callbackUrl }: InviteInput): unknown {
  const { firstName, lastName } = splitName(candidate.name);
  return {
    interview_template_id: route.assessmentRef,
    job_id: postingId ?? '',
    job_code: assessmentId,
    job_title: String(route.options['jobTitle'] ?? ''),
    callback_url: `${callbackUrl}/${assessmentId}`,
    candidate: {
      first_name: firstName,
      last_name: lastName,
      phone: candidate.phone ?? '',
      email: candidate.email ?? '',
    },
  };
}

/** The interview that a refusal speaks of, if it is ours: by what the refusal says itself, else by looking it up. */
async function findOurs(
  call: JobmaCall,
  asked: RestRequest,
  body: unknown,
  assessmentId: string,
): Promise<Invitation> {
  const said = duplicateOf(body, assessmentId);
  if (said === null) throw api.fault(asked, 'vendor.unexpected', tooMuchSaid, { detail: { status: 409 } });
  const { isOurs, ...there } = said;
  if (isOurs === true) return toInvitation(call, asked, there, assessmentId);
  if (isOurs === null && there.interview_token !== null) {
    const { interview_token } = there;
    const found = await lookUp(() => interviewOf(call, interview_token));
    if (typeof found === 'object' && found.seen.job_code === assessmentId) {
      const interview_link = bestLink(found.seen.interview_link, there.interview_link);
      return toInvitation(call, asked, { interview_token, interview_link }, assessmentId);
    }
  }
  const words = 'the candidate already has an open interview of this kit, which this run has not sent';
  throw api.fault(asked, 'vendor.rejected', words, { detail: { status: 409 } });
}

/**
 * An invitation that this run remembers: callbacks name none. It is not ours if Jobma says that it is another's; where Jobma
 * shows nothing, our own memory counts, so that nobody is invited twice.
 */
async function adopt(call: JobmaCall, vendorRef: string, assessmentId: string): Promise<Invitation | null> {
  const found = vendorRef === assessmentId ? 'hidden' : await lookUp(() => interviewOf(call, vendorRef));
  if (typeof found !== 'object') return { vendorRef, url: null, expiresAt: null };
  const { job_code, interview_link } = found.seen;
  return job_code === null || job_code === assessmentId
    ? { vendorRef, url: interview_link, expiresAt: null }
    : null;
}

/**
 * Without a token the run goes by our own id: Jobma calls back all the same. Without a link the recruiter has nothing, and
 * asking once more would not mend it: the candidate may have been invited, so somebody has to look.
 */
async function toInvitation(
  call: JobmaCall,
  asked: RestRequest,
  given: Partial<Pick<Mention, 'interview_link' | 'interview_token'>>,
  assessmentId: string,
): Promise<Invitation> {
  const { interview_link = null, interview_token = null } = given;
  const isUsable = interview_link !== null && webAddressIn(interview_link) !== null;
  const shown = isUsable || interview_token === null ? null : await linkOf(call, interview_token);
  const url = bestLink(interview_link, shown);
  if (url !== null) return { vendorRef: interview_token ?? assessmentId, url, expiresAt: null };
  const words = 'its answer holds no interview link. See at Jobma whether the candidate was invited';
  throw api.fault(asked, 'vendor.rejected', words, { detail: { mayBeOut: true } });
}

async function linkOf(call: JobmaCall, token: string): Promise<string | null> {
  const found = await lookUp(() => interviewOf(call, token));
  return typeof found === 'object' ? found.seen.interview_link : null;
}

const interviewOf = (call: JobmaCall, token: string): Promise<Interview> =>
  api.ask(call, about(token), interviewAnswer);

/** Null where Jobma has named none, so that there is nothing to ask for. */
const tokenOf = ({ vendorRef, assessmentId }: RunReference): string | null =>
  vendorRef === assessmentId ? null : vendorRef;

/** Jobma tells no start. A rejected interview that has results was completed first and then evaluated. */
export async function status(call: JobmaCall, run: RunReference): Promise<VendorFinding[]> {
  const token = tokenOf(run);
  if (token === null) return [];
  const interview = await interviewOf(call, token);
  switch (interview.status?.toLowerCase()) {
    case 'pending':
      return [];
    case 'rejected':
      return interview.results_url === null ? [{ type: 'declined' }] : [{ type: 'completed' }];
    case 'expired':
      return [{ type: 'expired' }];
    default:
      return hasResult(interview) ? [{ type: 'completed' }] : [];
  }
}

/** Words that nobody has agreed on say nothing, a link to the results does. */
const hasResult = ({ status: word, results_url }: Interview): boolean => {
  const known = word?.toLowerCase() ?? '';
  if (known === 'completed' || known === 'rejected') return true;
  return results_url !== null && known !== 'pending' && known !== 'expired';
};

/** `band` is the evaluators' decision, as far as there is one. */
export async function result(call: JobmaCall, run: RunReference): Promise<AssessmentResult> {
  const token = tokenOf(run);
  if (token === null)
    throw api.fault(about(run.vendorRef), 'vendor.not_found', 'Jobma has named no interview');
  const interview = await interviewOf(call, token);
  if (!hasResult(interview)) {
    const words = 'the interview was reported as completed but is not shown so yet';
    throw api.fault(about(token), 'vendor.unexpected', words);
  }
  const { score, rating, results_url, decision } = interview;
  const parts: ResultPart[] =
    rating === null ? [] : [{ label: 'Rating', score: rating, maxScore: 5, text: null }];
  return {
    score,
    maxScore: score === null ? null : 100,
    band: interview.status?.toLowerCase() === 'rejected' ? 'rejected' : decision,
    reports: reportsOf(results_url),
    ...(parts.length > 0 && { parts }),
    completedAt: null,
  };
}

export const reportsOf = (url: string | null): AssessmentResult['reports'] =>
  url === null ? [] : [{ label: 'Interview', url }];
