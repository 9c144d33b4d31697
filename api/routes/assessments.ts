import { type Response, Router } from 'express';
import type { Assessment, TimelineLine } from '../../db/assessment-rows';
import type { Page } from '../../db/paging';
import { FulcrumError } from '../../domain/errors';
import { amendmentWorkflowId } from '../../domain/ids';
import {
  type ActionAnswer,
  cancelUpdate,
  dismissEffectUpdate,
  extendUpdate,
  remindUpdate,
  retryEffectUpdate,
} from '../../workflows/assessment/contract';
import type { AuditWriter } from '../audit';
import { principalOf } from '../middleware/principal';
import { methodNotAllowed } from '../middleware/problem';
import { type QueryOf, serve } from '../openapi/operation';
import {
  cancelAssessment,
  dismissEffect,
  extendAssessment,
  getAssessment,
  listAssessments,
  remindCandidate,
  retryEffect,
} from '../openapi/operations/assessments';
import type { RunActions } from '../runs/actions';
import { presentAssessment, presentLine } from '../runs/present';

export interface AssessmentRoutesDeps {
  list: (filter: QueryOf<typeof listAssessments>) => Promise<Page<Assessment>>;
  get: (id: string) => Promise<Assessment | null>;
  timeline: (id: string) => Promise<TimelineLine[]>;
  actions: RunActions;
  /** Whether the connection is quiet because somebody has disabled it. */
  isDisabled: (connectionId: string) => boolean;
  audit: AuditWriter;
}

/** `/assessments` of `/api/v1` (decision 0022): what is recorded of each run, what it says of itself, and what can be done. */
export function assessmentRoutes(deps: AssessmentRoutesDeps): Router {
  const router = Router();
  const { actions } = deps;

  const existing = async (assessmentId: string): Promise<Assessment> => {
    const row = await deps.get(assessmentId);
    if (row) return row;
    throw new FulcrumError('not_found', `There is no assessment "${assessmentId}".`);
  };

  serve(router, listAssessments, async ({ query }) => {
    const { data, next } = await deps.list(query);
    return { data: data.map(presentAssessment), next };
  });

  serve(router, getAssessment, async ({ params }) => {
    const row = await existing(params.id);
    const [live, timeline] = await Promise.all([
      hasMore(row) ? actions.live(speaker(row)) : null,
      deps.timeline(row.assessmentId),
    ]);
    return { ...presentAssessment(row), live, timeline: timeline.map(presentLine) };
  });

  /** Carries an action out on the run, notes who asked for it, and answers the run's status. */
  const act = async (
    { id, name, res }: { id: string; name: string; res: Response },
    ask: (row: Assessment, by: string) => Promise<ActionAnswer>,
  ) => {
    const row = await existing(id);
    const { actor } = principalOf(res);
    const { status, detail } = await ask(row, actor);
    await deps.audit({ actor, action: `assessment.${name}`, target: row.assessmentId, detail: {} });
    return { id: row.assessmentId, status, ...(detail !== undefined && { detail }) };
  };

  serve(router, remindCandidate, ({ params: { id } }, res) =>
    act({ id, name: 'remind', res }, ({ workflowId, connectionId }, by) => {
      if (deps.isDisabled(connectionId)) {
        throw new FulcrumError(
          'conflict',
          'Nothing is sent: the connection is disabled. Reconnect it first.',
        );
      }
      return actions.act(workflowId, remindUpdate, { by });
    }),
  );

  serve(router, extendAssessment, ({ params: { id }, body }, res) =>
    act({ id, name: 'extend', res }, async (row, by) => {
      const until = 'until' in body ? body.until : await extendedBy(actions, row, body.by);
      return actions.act(row.workflowId, extendUpdate, { by, until });
    }),
  );

  serve(router, cancelAssessment, ({ params: { id }, body: { reason } }, res) =>
    act({ id, name: 'cancel', res }, ({ workflowId }, by) =>
      actions.act(workflowId, cancelUpdate, { by, reason }),
    ),
  );

  serve(router, retryEffect, ({ params: { id, effectId } }, res) =>
    act({ id, name: 'retryEffect', res }, (row, by) =>
      actions.act(speaker(row), retryEffectUpdate, { by, effectId }),
    ),
  );

  serve(router, dismissEffect, ({ params: { id, effectId }, body: { reason } }, res) =>
    act({ id, name: 'dismissEffect', res }, (row, by) =>
      actions.act(speaker(row), dismissEffectUpdate, { by, effectId, reason }),
    ),
  );

  router.all('/assessments', methodNotAllowed('GET'));
  router.all('/assessments/:id', methodNotAllowed('GET'));
  router.all('/assessments/:id/*action', methodNotAllowed('POST'));
  return router;
}

/** Who speaks for the run: once it is over, its amendment. */
const speaker = ({ closedAt, workflowId, assessmentId }: Assessment): string =>
  closedAt === null ? workflowId : amendmentWorkflowId(assessmentId);

/** Whether anything of it is still under way. */
const hasMore = ({ closedAt, attention, suspended }: Assessment): boolean =>
  closedAt === null || attention || suspended;

/** Counted from the run's own deadline; from now where it has none. */
async function extendedBy(actions: RunActions, row: Assessment, ms: number): Promise<number> {
  const live = await actions.live(row.workflowId);
  return (live?.deadlineAt ?? Date.now()) + ms;
}
