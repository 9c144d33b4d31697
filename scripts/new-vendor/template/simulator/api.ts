import type { Request } from 'express';
import { z } from 'zod';
import type { Answer, Handler } from '../../../../simulators/kit/rest';
import { hasBearer, Refusal } from '../../../../simulators/kit/rest';
import type { AcmeEngine, Invitation } from './engine';

/** The API of Acme Tests, as strict as the vendor is. */

const wish = z.object({
  assessment_id: z.string().min(1),
  external_id: z.string().min(1).nullish(),
  callback_url: z.url().optional(),
  candidate: z.object({ first_name: z.string(), last_name: z.string(), email: z.email() }),
  expires_at: z.iso.datetime().nullish(),
});

export function acmeRoutes(engine: AcmeEngine): Record<string, Handler> {
  const authorised =
    (handler: Handler): Handler =>
    (request) =>
      hasBearer(request, engine.account.apiKey) ? handler(request) : refuse(401, 'This key is not known');
  const find = (request: Request): Invitation =>
    engine.invitations(({ id }) => id === request.params['id'])[0] ?? refuse(404, 'No such invitation');
  const openOne = (request: Request): Invitation => {
    const found = find(request);
    return engine.isOpen(found) ? found : refuse(409, 'It is over');
  };
  const told = (invitation: Invitation): Answer => ({ status: 200, body: shown(engine, invitation) });

  return {
    'GET /assessments': authorised(() => ({ status: 200, body: { data: engine.assessments } })),
    'GET /invitations': authorised(({ query }) => {
      const data = engine.invitations(({ externalId }) => externalId === query['external_id']);
      return { status: 200, body: { data: data.map((one) => shown(engine, one)) } };
    }),
    'POST /invitations': authorised((request) => create(engine, request)),
    'GET /invitations/:id': authorised((request) => told(find(request))),
    'POST /invitations/:id/cancel': authorised((request) => {
      const found = openOne(request);
      engine.become(found, 'cancelled');
      return told(found);
    }),
    'POST /invitations/:id/remind': authorised((request) => {
      const found = openOne(request);
      engine.write(found, 'Your assessment is waiting');
      return told(found);
    }),
  };
}

async function create(engine: AcmeEngine, request: Request): Promise<Answer> {
  const parsed = wish.safeParse(request.body);
  if (!parsed.success) return refuse(422, `${parsed.error.issues[0]?.path.join('.')} cannot be used`);
  const { assessment_id, external_id, callback_url, candidate, expires_at } = parsed.data;
  if (!engine.assessments.some(({ id }) => id === assessment_id)) return refuse(422, 'No such assessment');
  const [there] = engine.invitations(
    (one) =>
      one.assessmentId === assessment_id &&
      one.candidate.email.toLowerCase() === candidate.email.toLowerCase() &&
      engine.isOpen(one),
  );
  if (there) return refuse(409, 'Already invited', { invitation: shown(engine, there) });
  const made = engine.invite({
    assessmentId: assessment_id,
    externalId: external_id ?? null,
    callbackUrl: callback_url,
    candidate: { name: `${candidate.first_name} ${candidate.last_name}`.trim(), email: candidate.email },
    expiresAt: expires_at ? new Date(expires_at) : null,
  });
  const body = shown(engine, made);
  if (engine.desk.faults.take(['early-completion'])) {
    engine.become(made, 'completed');
    await engine.notify(made);
  }
  return { status: 201, body };
}

const shown = (engine: AcmeEngine, one: Invitation) => ({
  id: one.id,
  external_id: one.externalId,
  status: engine.statusOf(one),
  url: engine.linkOf(one),
  expires_at: one.expiresAt?.toISOString() ?? null,
  completed_at: one.completedAt?.toISOString() ?? null,
  score: one.score,
  max_score: one.score === null ? null : 100,
  report_url: one.score === null ? null : engine.reportOf(one),
});

function refuse(status: number, message: string, more: object = {}): never {
  throw new Refusal({ status, body: { error: { message }, ...more } });
}
