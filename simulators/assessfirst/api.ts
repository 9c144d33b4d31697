import type { Request } from 'express';
import { z } from 'zod';
import type { Answer, Handler } from '../kit/rest';
import { hasHeader, Refusal } from '../kit/rest';
import type { AssessFirstEngine } from './engine';
import { scoresOf } from './questionnaires';
import type { Invitation } from './state';
import { questionnaireNames } from './state';

/** The API v2, under `/betty/api/v2`. */

const text = z.string().trim();
const invitationBody = z.object({
  email: z.email({ message: 'This value is not a valid email address.' }),
  firstname: text.min(1, { message: 'This value should not be blank.' }),
  lastname: text.min(1, { message: 'This value should not be blank.' }),
  predictive_model_uuid: z.string().nullish(),
  recruiter_email: z.email().nullish(),
  external_id: z.string().nullish(),
  callback_url: z.url().nullish(),
});

/** What can be asked for, each with the token and within the rate. */
export function apiRoutes(engine: AssessFirstEngine): Record<string, Handler> {
  const rate = new Rate(engine.options.perMinute);
  const guarded =
    (handler: Handler): Handler =>
    (request) => {
      requireToken(engine, request);
      const waitSeconds = rate.take(Date.now());
      if (waitSeconds > 0) throw tooMany(waitSeconds);
      return handler(request);
    };
  return {
    'GET /predictive-models': guarded(() => ({ status: 200, body: { data: engine.state.models } })),
    'POST /candidate/send-invitation': guarded((request) => sendInvitation(engine, request)),
    'GET /candidate/:uuid/results': guarded((request) => results(engine, request)),
  };
}

/** @throws Refusal 401; only one token of an account is valid at a time */
export function requireToken(engine: AssessFirstEngine, request: Request): void {
  if (!hasHeader(request, 'af-token', engine.options.account.token)) {
    throw new Refusal({ status: 401, body: { error: 'invalid_token' } });
  }
}

async function sendInvitation(engine: AssessFirstEngine, request: Request): Promise<Answer> {
  const parsed = invitationBody.safeParse(request.body);
  if (!parsed.success) {
    throw new Refusal({ status: 422, body: { errors: z.flattenError(parsed.error).fieldErrors } });
  }
  const { predictive_model_uuid: modelUuid = null, ...given } = parsed.data;
  if (modelUuid !== null && !engine.state.model(modelUuid)) throw notFound();
  const there = engine.state
    .invitations({ email: given.email })
    .find((one) => one.modelUuid === modelUuid && !['declined', 'expired'].includes(one.status));
  if (there) throw alreadyInvited(engine, there);
  const invitation = engine.invite({
    email: given.email,
    firstname: given.firstname,
    lastname: given.lastname,
    modelUuid,
    recruiterEmail: given.recruiter_email ?? null,
    externalId: given.external_id ?? null,
    callbackUrl: given.callback_url ?? null,
    locale: localeOf(request),
  });
  if (engine.desk.faults.take(['early-completion'])) {
    await engine.finish(invitation, engine.state.demanded(invitation));
  } else {
    void engine.tell(invitation, 'invitation.sent');
  }
  return {
    status: 201,
    body: {
      data: {
        ...idsOf(invitation),
        status: invitation.status,
        invitation_url: engine.linkOf(invitation),
        expires_at: null,
      },
    },
  };
}

/** Of the invitation that is named, else of the person's newest. */
function results(engine: AssessFirstEngine, request: Request): Answer {
  const { invitation_uuid: wanted } = request.query;
  const invitation = engine.state
    .invitations()
    .filter(({ candidateUuid }) => candidateUuid === request.params['uuid'])
    .filter(({ uuid }) => wanted === undefined || uuid === wanted)
    .at(-1);
  if (!invitation) throw notFound();
  return shown(
    engine,
    invitation.status === 'completed' && engine.desk.faults.take(['unshown-completion'])
      ? { ...invitation, status: 'accepted', completed: {} }
      : invitation,
  );
}

function shown(engine: AssessFirstEngine, invitation: Invitation): Answer {
  const demanded = engine.state.demanded(invitation);
  const model = engine.state.model(invitation.modelUuid);
  const done = questionnaireNames.filter((name) => invitation.completed[name] !== undefined);
  const types = [...done, ...(model && invitation.status === 'completed' ? ['adequacy'] : [])];
  return {
    status: 200,
    body: {
      data: {
        ...idsOf(invitation),
        external_id: invitation.externalId,
        invitation_url: engine.linkOf(invitation),
        status: invitation.status,
        assessments: Object.fromEntries(
          [...new Set([...demanded, ...done])].map((name) => {
            const at = invitation.completed[name];
            return [
              name,
              { status: at === undefined ? 'not_started' : 'completed', completed_at: at ?? null },
            ];
          }),
        ),
        scores: scoresOf(invitation, demanded),
        predictive_model: model ? { uuid: model.uuid, name: model.name } : null,
        reports: types.map((type) => ({
          type,
          locale: invitation.locale,
          url: engine.reportOf(invitation, type),
        })),
        profile_url: engine.profileOf(invitation),
      },
    },
  };
}

const idsOf = ({ candidateUuid, uuid }: Invitation): { candidate_uuid: string; invitation_uuid: string } => ({
  candidate_uuid: candidateUuid,
  invitation_uuid: uuid,
});

const localeOf = ({ query }: Request): string =>
  typeof query['locale'] === 'string' ? query['locale'] : 'en-US';

const notFound = (): Refusal => new Refusal({ status: 404, body: { error: 'not_found' } });

const alreadyInvited = (engine: AssessFirstEngine, there: Invitation): Refusal =>
  new Refusal({
    status: 409,
    body: {
      error: 'already_invited',
      data: { ...idsOf(there), ...(engine.options.duplicateNamesKey && { external_id: there.externalId }) },
    },
  });

const tooMany = (waitSeconds: number): Refusal =>
  new Refusal({
    status: 429,
    body: { error: 'too_many_requests' },
    headers: { 'retry-after': String(waitSeconds) },
  });

/** So many requests in any sixty seconds. */
class Rate {
  #taken: number[] = [];
  constructor(private readonly perMinute: number) {}

  /** Seconds to wait; 0: the request is within the rate. */
  take(now: number): number {
    if (this.perMinute === 0) return 0;
    this.#taken = this.#taken.filter((at) => at > now - 60_000);
    const oldest = this.#taken[0];
    if (this.#taken.length >= this.perMinute && oldest !== undefined) {
      return Math.max(1, Math.ceil((oldest + 60_000 - now) / 1_000));
    }
    this.#taken.push(now);
    return 0;
  }
}
