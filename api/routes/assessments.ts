import { type Response, Router } from 'express';
import type { Assessment, TimelineLine } from '../../db/assessment-rows';
import type { Page } from '../../db/paging';
import type { Reach } from '../../domain/access';
import { changesBetween } from '../../domain/audit';
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
import { principalOf, reachOf } from '../middleware/principal';
import { methodNotAllowed } from '../middleware/problem';
import { note } from '../middleware/recording';
import { type QueryOf, serve } from '../openapi/operation';
import {
  cancelAssessment,
  dismissEffect,
  extendAssessment,
  getAssessment,
  listAssessments,
  remindCandidate,
  retryEffect,
  searchAssessments,
} from '../openapi/operations/assessments';
import type { RunActions } from '../runs/actions';
import { presentAssessment, presentLine } from '../runs/present';
import { isoTime } from '../times';

export interface AssessmentRoutesDeps {
  list: (filter: QueryOf<typeof listAssessments>, reach: Reach) => Promise<Page<Assessment>>;
  get: (id: string, reach: Reach) => Promise<Assessment | null>;
  timeline: (id: string) => Promise<TimelineLine[]>;
  actions: RunActions;
  /** Whether the connection is quiet because somebody has disabled it. */
  isDisabled: (connectionId: string) => boolean;
}

/** `/assessments` of `/api/v1` (decision 0022): what is recorded of each run, what it says of itself, and what can be done. */
export function assessmentRoutes(deps: AssessmentRoutesDeps): Router {
  const router = Router();
  const { actions } = deps;

  const existing = async (assessmentId: string, res: Response): Promise<Assessment> => {
    const row = await deps.get(assessmentId, reachOf(res));
    if (row) {
      const { vendor, connectionId } = row;
      note(res, { target: row.assessmentId, vendor, connectionId });
      return row;
    }
    throw new FulcrumError('not_found', `There is no assessment "${assessmentId}".`);
  };

  const list = async (filter: QueryOf<typeof listAssessments>, res: Response) => {
    const { data, next } = await deps.list(filter, reachOf(res));
    note(res, { more: { shown: data.map(({ assessmentId }) => assessmentId) } });
    return { data: data.map(presentAssessment), next };
  };

  serve(router, listAssessments, async ({ query }, res) => {
    if (query.email !== undefined) {
      res.setHeader('Deprecation', searchedByAddressSince);
      res.setHeader('Link', '</api/v1/assessments/search>; rel="successor-version"');
    }
    return list(query, res);
  });

  serve(router, searchAssessments, ({ body }, res) => list(body, res));

  serve(router, getAssessment, async ({ params }, res) => {
    const row = await existing(params.id, res);
    const [live, timeline] = await Promise.all([
      hasMore(row) ? actions.live(speaker(row)) : null,
      deps.timeline(row.assessmentId),
    ]);
    return { ...presentAssessment(row), live, timeline: timeline.map(presentLine) };
  });

  /** Carries an action out on the run and answers the run's status. */
  const act = async (
    id: string,
    res: Response,
    ask: (row: Assessment, by: string) => Promise<ActionAnswer>,
  ) => {
    const row = await existing(id, res);
    const { status, detail } = await ask(row, principalOf(res).actor);
    note(res, { changes: changesBetween({ status: row.status }, { status }) });
    return { id: row.assessmentId, status, ...(detail !== undefined && { detail }) };
  };

  serve(router, remindCandidate, ({ params: { id } }, res) =>
    act(id, res, ({ workflowId, connectionId }, by) => {
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
    act(id, res, async (row, by) => {
      const until = 'until' in body ? body.until : await extendedBy(actions, row, body.by);
      note(res, { more: { until: isoTime(until) } });
      return actions.act(row.workflowId, extendUpdate, { by, until });
    }),
  );

  serve(router, cancelAssessment, ({ params: { id }, body: { reason } }, res) =>
    act(id, res, ({ workflowId }, by) => actions.act(workflowId, cancelUpdate, { by, reason })),
  );

  serve(router, retryEffect, ({ params: { id, effectId } }, res) =>
    act(id, res, (row, by) => {
      note(res, { more: { effectId } });
      return actions.act(speaker(row), retryEffectUpdate, { by, effectId });
    }),
  );

  serve(router, dismissEffect, ({ params: { id, effectId }, body: { reason } }, res) =>
    act(id, res, (row, by) => {
      note(res, { more: { effectId } });
      return actions.act(speaker(row), dismissEffectUpdate, { by, effectId, reason });
    }),
  );

  router.all('/assessments', methodNotAllowed('GET'));
  router.all('/assessments/search', methodNotAllowed('POST'));
  router.all('/assessments/:id', methodNotAllowed('GET'));
  router.all('/assessments/:id/*action', methodNotAllowed('POST'));
  return router;
}

/** When `GET /assessments?email=` was deprecated (RFC 9745): 2026-11-29. */
const searchedByAddressSince = '@1795910400';

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
