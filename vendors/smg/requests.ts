import type { AssessmentResult, Candidate, Invitation, ReportLink } from '../../domain/assessment';
import { FulcrumError } from '../../domain/errors';
import type { VendorFinding } from '../../domain/events';
import { bestLink } from '../../domain/web-address';
import type { InvitationQuery, InviteInput, RunReference } from '../define';
import { fullName } from '../person-name';
import type { SmgSettings } from './settings';
import { verdictOf } from './verdict';
import type { ApplicationRow, SmgAnswer, SmgCall } from './wire';
import {
  applicationRow,
  ask,
  createdAnswer,
  okCode,
  openAnswer,
  pageSize,
  positionsAnswer,
  readAnswer,
  scoreAnswer,
  send,
  smgDate,
} from './wire';

/** The field by which we know our own applications again. */
const keyField = 'assessment_id';
/** Far above the 10 000 at which SMG calls an account's list too big; it only stops a cursor that runs in circles. */
const maxPages = 100;

/** https://pop.selfmgmt.com/docs/partner_api/ "Get assessment types" */
export async function listAssessments(call: SmgCall): Promise<{ id: string; name: string }[]> {
  const { items } = await ask(call, 'position_get', {}, positionsAnswer);
  return items.map((item) => ({ id: item.position_id, name: item.aname ?? item.position_id }));
}

/**
 * https://pop.selfmgmt.com/docs/partner_api/create-application.html
 * The first request is lookup and write in one: SMG refuses it when the candidate has an application already, and only
 * then it matters whether that one is ours.
 */
export async function invite(call: SmgCall, input: InviteInput): Promise<Invitation> {
  // A completed application is in no list any more and no longer counts as a duplicate; only its callback names it.
  const known = input.knownRef === null ? null : await adopt(call, input.knownRef, input.assessmentId);
  if (known !== null) return known;
  const request = creation(call, input);
  const create = async (parameters: Record<string, unknown>): Promise<SmgAnswer> =>
    withoutNames(await send(call, 'application_create', parameters), input.candidate);
  const first = await create({ ...request, fail_on_dup: true });
  if (!isDuplicate(first, call.settings))
    return toInvitation(readAnswer('application_create', first, createdAnswer));
  const ours = await findOurs(call, input.assessmentId, first.application_id ?? null);
  if (ours !== null) return ours;
  // Somebody else's, e.g. of another opportunity of the same person: ours is made beside it (decision 0027).
  return toInvitation(readAnswer('application_create', await create(request), createdAnswer));
}

/** A completed application is in no list, so only one that a callback names, or that is still open, is found. */
export const find = (
  call: SmgCall,
  { assessmentId, knownRef }: InvitationQuery,
): Promise<Invitation | null> => findOurs(call, assessmentId, knownRef);

/** A refusal that names an application says "there is one already" whatever its code, of which SMG publishes none. */
const isDuplicate = (answer: SmgAnswer, settings: SmgSettings): boolean =>
  answer.error_code !== okCode &&
  (answer.error_code === settings.duplicateErrorCode || (answer.application_id ?? null) !== null);

/** SMG's words of refusal end up in messages that are not sealed, so the person must not be in them. */
function withoutNames(answer: SmgAnswer, candidate: Candidate): SmgAnswer {
  if (!answer.error_text) return answer;
  const parts = candidate.name.split(/\s+/).filter((part) => part.length > 2);
  const words = parts.reduce((text, part) => text.replaceAll(part, '…'), answer.error_text);
  return { ...answer, error_text: words };
}

/** The extensible form, and `app_email` beside it exactly when SMG is to write to the candidate. */
function creation({ settings }: SmgCall, input: InviteInput): Record<string, unknown> {
  const { candidate, route } = input;
  const fields: [string, string | null][] = [
    // First, because a list that comes back as `k|v|k|v` is readable only up to a value with a bar in it.
    [keyField, input.assessmentId],
    ['lever_opportunity_id', input.opportunityId],
    ['lever_posting_id', input.postingId],
    ['email', candidate.email],
    ['app_full_name', fullName(candidate)],
  ];
  return {
    position_id: route.assessmentRef,
    language_id: settings.language,
    ...(route.options['emailCandidate'] === true &&
      candidate.email !== null && { app_email: candidate.email }),
    app_url: `${input.callbackUrl}/${settings.callbackPlaceholder}`,
    ...(settings.isTest && { is_test: true }),
    fields: fields.flatMap(([n, v]) => (v === null ? [] : [{ n, v }])),
  };
}

/** SMG's answer names no end of the link, and what is seen elsewhere is ten years off. */
const toInvitation = (created: { application_id: string; app_link_full: string }): Invitation => ({
  vendorRef: created.application_id,
  url: created.app_link_full,
  expiresAt: null,
});

/** Our application: the one the refusal names, else any open one that carries our assessment id. */
async function findOurs(
  call: SmgCall,
  assessmentId: string,
  named: string | null,
): Promise<Invitation | null> {
  const known = named === null ? null : await adopt(call, named, assessmentId);
  if (known !== null) return known;
  for await (const row of openApplications(call)) {
    if (isOurs(row, assessmentId)) return toInvitation(linkOf(row));
  }
  return null;
}

/**
 * The named application, if it is ours. One that SMG refuses to show is not: a callback may name any number, and a
 * wrong one must not end the invitation.
 */
async function adopt(call: SmgCall, applicationId: string, assessmentId: string): Promise<Invitation | null> {
  const answer = await send(call, 'application_get', { application_id: applicationId });
  if (answer.error_code !== okCode) return null;
  const row = readAnswer('application_get', answer, applicationRow);
  return isOurs(row, assessmentId) ? toInvitation(linkOf(row)) : null;
}

const isOurs = (row: ApplicationRow, assessmentId: string): boolean => row.fields[keyField] === assessmentId;

function linkOf(row: ApplicationRow): { application_id: string; app_link_full: string } {
  if (row.app_link_full) return { application_id: row.application_id, app_link_full: row.app_link_full };
  throw new FulcrumError('vendor.unexpected', 'SMG application_get: the application comes without its link');
}

/** https://pop.selfmgmt.com/docs/partner_api/get-assessments.html */
async function* openApplications(call: SmgCall): AsyncGenerator<ApplicationRow> {
  let cursor: Record<string, string> = {};
  for (let page = 0; page < maxPages; page += 1) {
    const answer = await ask(call, 'application_get', { max_count: pageSize, ...cursor }, openAnswer);
    yield* answer.application_list;
    if (!answer.has_more) return;
    if (!answer.next_app_id || answer.next_app_id === cursor['start_id']) break;
    cursor = {
      start_id: answer.next_app_id,
      ...(answer.next_acc_id && { start_acc_id: answer.next_acc_id }),
      ...(answer.next_date && { start_date: answer.next_date }),
    };
  }
  // Creating another one without having seen all could invite twice.
  throw new FulcrumError(
    'vendor.unexpected',
    'SMG application_get: the list of open applications does not end',
  );
}

const application = (call: SmgCall, applicationId: string): Promise<ApplicationRow> =>
  ask(call, 'application_get', { application_id: applicationId }, applicationRow);

const isCompleted = (row: ApplicationRow): boolean =>
  row.status === 'completed' || smgDate(row.completed) !== null;

/** `started` is no sign of a start: SMG shows the day of the invitation there. */
export async function status(call: SmgCall, run: RunReference): Promise<VendorFinding[]> {
  const row = await application(call, run.vendorRef);
  if (isCompleted(row)) {
    const at = smgDate(row.completed);
    return [{ type: 'completed', ...(at !== null && { at }) }];
  }
  switch (row.status) {
    case 'in_progress':
      return [{ type: 'started' }];
    case 'expired':
      return [{ type: 'expired' }];
    case 'cancelled':
      return [{ type: 'cancelled', reason: 'it was cancelled at SMG' }];
    default:
      return [];
  }
}

/** https://pop.selfmgmt.com/docs/partner_api/ "Get score" */
export async function result(call: SmgCall, run: RunReference): Promise<AssessmentResult> {
  const row = await application(call, run.vendorRef);
  if (!isCompleted(row)) {
    throw new FulcrumError(
      'vendor.unexpected',
      'SMG application_get: the assessment was reported as completed but is not shown as completed yet',
      { detail: { command: 'application_get' } },
    );
  }
  const scores = await ask(
    call,
    'score_calc_get',
    { application_id: run.vendorRef, language_id: call.settings.language, show_reducers: true },
    scoreAnswer,
  );
  return {
    score: scores.main_score_found === false ? null : scores.score,
    // SMG names no upper end.
    maxScore: null,
    band: verdictOf(scores),
    reports: reportsOf(bestLink(scores.rep_link_full, row.rep_link_full), row.rep_link_full_acc),
    completedAt: smgDate(row.completed),
  };
}

function reportsOf(report: string | null, advanced: string | null): ReportLink[] {
  return [
    ...(report ? [{ label: 'Report', url: report }] : []),
    ...(advanced ? [{ label: 'Advanced report', url: advanced }] : []),
  ];
}
