import { Router, type RequestHandler } from 'express';
import { z } from 'zod';
import type { Assessment, TimelineLine } from '../../db/assessment-rows';
import { duration } from '../../domain/durations';
import { FulcrumError } from '../../domain/errors';
import { statuses } from '../../domain/lifecycle';
import {
  cancelUpdate,
  dismissEffectUpdate,
  extendUpdate,
  remindUpdate,
  retryEffectUpdate,
} from '../../workflows/messages';
import type { AuditWriter } from '../audit';
import { presentAssessment, presentLine } from '../runs/present';
import { methodNotAllowed } from '../middleware/problem';
import { principalOf } from '../middleware/bearer';
import { readInput } from '../middleware/read-input';
import type { RunActions } from '../runs/actions';
import { page } from './paging';

export interface AssessmentRoutesDeps {
  list: (filter: z.output<typeof listQuery>) => Promise<{ data: Assessment[]; next: string | null }>;
  get: (id: string) => Promise<Assessment | null>;
  timeline: (id: string) => Promise<TimelineLine[]>;
  actions: RunActions;
  audit: AuditWriter;
}

const id = z.string().min(1).max(64);
const oneAssessment = z.strictObject({ id });
const oneEffect = z.strictObject({ id, effectId: z.string().min(1).max(200) });
const listQuery = z.strictObject({
  connection: z.string().min(1).max(64).optional(),
  opportunity: z.string().min(1).max(256).optional(),
  status: z.enum(statuses).optional(),
  attention: z.stringbool().optional(),
  email: z.email().optional(),
  ...page,
});

const reasonText = z.string().trim().min(1).max(500);
const reasonBody = z.strictObject({ reason: reasonText });
const extension = z.union(
  [
    z.strictObject({ until: z.iso.datetime({ offset: true }).transform((text) => Date.parse(text)) }),
    z.strictObject({ by: duration }),
  ],
  'give either {"until": "2027-01-31T12:00:00Z"} or {"by": "3d"}, counted from the present deadline',
);

/** `/assessments` of `/api/v1` (design 9): what is recorded of each run, what it says of itself, and what can be done. */
export function assessmentRoutes(deps: AssessmentRoutesDeps): Router {
  const router = Router();

  const existing = async (assessmentId: string): Promise<Assessment> => {
    const row = await deps.get(assessmentId);
    if (row) return row;
    throw new FulcrumError('not_found', `There is no assessment "${assessmentId}".`);
  };

  router.get('/assessments', async (req, res) => {
    const { query } = readInput(req, { query: listQuery });
    const { data, next } = await deps.list(query);
    res.json({ data: data.map(presentAssessment), next });
  });

  router.get('/assessments/:id', async (req, res) => {
    const row = await existing(readInput(req, { params: oneAssessment }).params.id);
    const [live, timeline] = await Promise.all([
      row.closedAt !== null ? null : deps.actions.live(row.workflowId),
      deps.timeline(row.assessmentId),
    ]);
    res.json({ ...presentAssessment(row), live, timeline: timeline.map(presentLine) });
  });

  /** Carries an action out on the run, notes who asked for it, and answers the run's status. */
  const act =
    (
      name: string,
      ask: (input: { by: string; row: Assessment; req: Parameters<RequestHandler>[0] }) => Promise<{
        status: string;
      }>,
    ): RequestHandler =>
    async (req, res) => {
      const row = await existing(String(req.params['id']));
      const by = principalOf(res).actor;
      const { status } = await ask({ by, row, req });
      await deps.audit({ actor: by, action: `assessment.${name}`, target: row.assessmentId, detail: {} });
      res.json({ id: row.assessmentId, status });
    };

  router.post(
    '/assessments/:id/remind',
    act('remind', ({ by, row, req }) => {
      readInput(req, { params: oneAssessment });
      return deps.actions.act(row.workflowId, remindUpdate, { by });
    }),
  );

  router.post(
    '/assessments/:id/extend',
    act('extend', async ({ by, row, req }) => {
      const { body } = readInput(req, { params: oneAssessment, body: extension });
      const until = 'until' in body ? body.until : await extendedBy(deps.actions, row, body.by);
      return deps.actions.act(row.workflowId, extendUpdate, { by, until });
    }),
  );

  router.post(
    '/assessments/:id/cancel',
    act('cancel', ({ by, row, req }) => {
      const { body } = readInput(req, { params: oneAssessment, body: reasonBody });
      return deps.actions.act(row.workflowId, cancelUpdate, { by, reason: body.reason });
    }),
  );

  router.post(
    '/assessments/:id/effects/:effectId/retry',
    act('retryEffect', ({ by, row, req }) => {
      const { params } = readInput(req, { params: oneEffect });
      return deps.actions.act(row.workflowId, retryEffectUpdate, { by, effectId: params.effectId });
    }),
  );

  router.post(
    '/assessments/:id/effects/:effectId/dismiss',
    act('dismissEffect', ({ by, row, req }) => {
      const { params, body } = readInput(req, { params: oneEffect, body: reasonBody });
      return deps.actions.act(row.workflowId, dismissEffectUpdate, {
        by,
        effectId: params.effectId,
        reason: body.reason,
      });
    }),
  );

  router.all('/assessments', methodNotAllowed('GET'));
  router.all('/assessments/:id', methodNotAllowed('GET'));
  router.all('/assessments/:id/*action', methodNotAllowed('POST'));
  return router;
}

/** Counted from the run's own deadline; from now where it has none. */
async function extendedBy(actions: RunActions, row: Assessment, ms: number): Promise<number> {
  const live = await actions.live(row.workflowId);
  return (live?.deadlineAt ?? Date.now()) + ms;
}
