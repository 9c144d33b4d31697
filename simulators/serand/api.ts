import type { Request } from 'express';
import { z } from 'zod';
import type { Answer, Handler } from '../kit/rest';
import { hasBearer, Refusal } from '../kit/rest';
import type { SerandEngine } from './engine';
import type { Assessment, Invitation } from './state';

/** Serand's API. Nothing of it is public: this is the contract that the hub proposes. */

const name = z.string().trim().min(1);
const invitation = z.object({
  assessment_id: z.string().min(1),
  external_id: z.string().min(1).nullish(),
  callback_url: z.url().optional(),
  candidate: z.object({ first_name: name, last_name: name, email: z.string() }),
  locale: z.string().default('en-GB'),
  expires_in_days: z.int().min(1).max(365).default(14),
});

const pageSize = 50;

export function serandRoutes(engine: SerandEngine): Record<string, Handler> {
  const authorised =
    (handler: Handler): Handler =>
    (request) =>
      !engine.care.removed && hasBearer(request, engine.account.apiKey)
        ? handler(request)
        : refuse(401, 'unauthorized', 'This API key is not known');
  const find = (request: Request): Invitation =>
    engine.state.find(({ id }) => id === request.params['id']) ??
    refuse(404, 'invitation_not_found', 'There is no such invitation');

  return {
    'GET /assessments': authorised((request) => {
      const { ats_id, cursor } = request.query;
      const all = engine.state.assessments.filter(({ atsId }) => ats_id === undefined || atsId === ats_id);
      const from = typeof cursor === 'string' ? Number(cursor) : 0;
      const next = from + pageSize < all.length ? String(from + pageSize) : null;
      return { status: 200, body: { data: all.slice(from, from + pageSize).map(shown), next_cursor: next } };
    }),
    'POST /invitations': authorised((request) => create(engine, request)),
    'GET /invitations': authorised(({ query }) => {
      const wanted = query['external_id'];
      const found = engine.state.invitations().filter(({ externalId }) => externalId === wanted);
      return { status: 200, body: { data: found.map((one) => told(engine, one)) } };
    }),
    'GET /invitations/:id': authorised((request) => {
      const { completedAt, scores: _scores, ...atIt } = find(request);
      const isUnshown = completedAt && engine.desk.faults.take(['unshown-completion']);
      return {
        status: 200,
        body: told(engine, isUnshown ? { ...atIt, status: 'started' } : find(request)),
      };
    }),
    'POST /invitations/:id/cancel': authorised((request) => {
      const found = find(request);
      if (!engine.isOpen(found)) refuse(409, 'already_over', 'The invitation is over already');
      engine.end(found, 'cancelled');
      return { status: 200, body: told(engine, found) };
    }),
    'POST /invitations/:id/resend': authorised((request) => {
      const found = find(request);
      if (!engine.isOpen(found)) refuse(410, 'expired', 'The invitation is over');
      engine.mail(found, 'Reminder: your assessment is waiting');
      return { status: 200, body: told(engine, found) };
    }),
  };
}

async function create(engine: SerandEngine, request: Request): Promise<Answer> {
  const parsed = invitation.safeParse(request.body);
  if (!parsed.success) {
    const field = parsed.error.issues[0]?.path.join('.') ?? '';
    return refuse(422, 'invalid_request', 'The request cannot be read', { field });
  }
  const { assessment_id, external_id, callback_url, candidate, expires_in_days } = parsed.data;
  const key = request.get('idempotency-key');
  const before = engine.state.byKey(key);
  if (before) return { status: 201, body: told(engine, before) };
  if (!z.email().safeParse(candidate.email).success) {
    return refuse(422, 'invalid_email', 'The e-mail address cannot be used', { field: 'candidate.email' });
  }
  if (engine.state.assessment(assessment_id)?.status !== 'live') {
    return refuse(404, 'assessment_not_found', 'There is no such live assessment');
  }
  const open = engine.state
    .invitations({ email: candidate.email })
    .find((one) => one.assessmentId === assessment_id && engine.isOpen(one));
  if (open) {
    throw new Refusal({
      status: 409,
      body: {
        error: { code: 'already_invited', message: 'The candidate is invited already' },
        invitation: told(engine, open),
      },
    });
  }
  const made = engine.invite(
    {
      assessmentId: assessment_id,
      externalId: external_id ?? null,
      callbackUrl: callback_url,
      candidate: { firstName: candidate.first_name, lastName: candidate.last_name, email: candidate.email },
      expiresAt: new Date(Date.now() + expires_in_days * 86_400_000),
    },
    key,
  );
  if (engine.desk.faults.take(['early-completion'])) {
    engine.complete(made);
    await engine.notify(made);
    return { status: 201, body: { ...told(engine, made), status: 'invited' } };
  }
  return { status: 201, body: told(engine, made) };
}

const shown = ({ id, name, atsId, isDefault, status }: Assessment) => ({
  id,
  name,
  ats_id: atsId,
  is_default: isDefault,
  status,
});

const told = (engine: SerandEngine, one: Invitation) => ({
  id: one.id,
  candidate_id: one.candidateId,
  assessment_id: one.assessmentId,
  external_id: one.externalId,
  status: engine.statusOf(one),
  invite_url: engine.linkOf(one),
  profile_url: engine.profileOf(one),
  expires_at: one.expiresAt.toISOString(),
  completed_at: one.completedAt?.toISOString() ?? null,
  scores: one.scores ?? null,
});

/** Serand's form of an error. */
function refuse(status: number, code: string, message: string, more: object = {}): never {
  throw new Refusal({ status, body: { error: { code, message, ...more } } });
}
