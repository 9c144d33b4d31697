import type { Response, Router } from 'express';
import express from 'express';
import { mailboxPages } from '../../kit/mailbox';
import { pageFrame } from '../../kit/page';
import type { SmgAdmin } from '../admin';
import type { Position } from '../catalogue';
import type { SmgEngine } from '../engine';
import { scoresOf } from '../scoring';
import type { Application } from '../state';
import { statusOf } from '../state';
import { SmgError } from '../wire';
import { page } from './layout';
import { overviewPage } from './overview';
import {
  closedPage,
  questionnairePage,
  readSubmission,
  thankYouPage,
  unknownLinkPage,
} from './questionnaire';
import type { Report } from './report';
import { feedbackPage, notCompletedPage, reportPage } from './report';
import { reportSettings } from './report-settings';

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

/** The pages a person sees: the candidate's mailbox and questionnaire, the recruiter's report, an overview. */
export function smgPages(engine: SmgEngine, admin: SmgAdmin): Router {
  const router = express.Router();
  const { state } = engine;

  router.use(pageFrame());
  router.get('/', (_request, response) => void response.send(overviewPage(admin.applications())));
  router.use(mailboxPages(engine.mailbox, page));
  router.use(reportSettings(admin));

  /** The application a link means, or an answered 404. Both hashes of the link have to fit. */
  function linked(
    parameters: Record<string, unknown>,
    kind: 'app' | 'rep' | 'share',
    response: Response,
  ): Application | undefined {
    const application =
      text(parameters['acc_link']) === state.accountLink
        ? state.byLink(text(parameters['app_link']), kind)
        : undefined;
    if (!application) response.status(404).send(unknownLinkPage());
    return application;
  }

  /** Answers the "no longer valid" page where the questionnaire is closed. 410: it was there and is gone for ever. */
  function closed(application: Application, response: Response): boolean {
    const status = statusOf(application);
    if (status === 'not_started' || status === 'in_progress') return false;
    response.status(410).send(closedPage(status));
    return true;
  }

  const linkOf = (hash: string): { app_link: string; acc_link: string } => ({
    app_link: hash,
    acc_link: state.accountLink,
  });

  router.get('/app_link/app_link.html', (request, response) => {
    const application = linked(request.query, 'app', response);
    if (!application || closed(application, response)) return;
    engine.open(application);
    const position = state.positionName(application.positionId);
    response.send(questionnairePage(application, position, linkOf(application.appLink)));
  });

  router.post('/app_link/submit.html', express.urlencoded({ extended: false }), (request, response) => {
    const body = (request.body ?? {}) as Record<string, unknown>;
    const application = linked(body, 'app', response);
    if (!application || closed(application, response)) return;
    const submission = readSubmission(body);
    try {
      engine.submit(application, submission);
    } catch (error) {
      if (!(error instanceof SmgError)) throw error;
      const position = state.positionName(application.positionId);
      response
        .status(422)
        .send(questionnairePage(application, position, linkOf(application.appLink), submission));
      return;
    }
    void engine.notifier.notify(application);
    response.redirect(303, '/app_link/thank_you.html');
  });
  router.get('/app_link/thank_you.html', (_request, response) => void response.send(thankYouPage()));

  const positionOf = (id: string): Position => ({ position_id: id, aname: state.positionName(id) });
  const reportOf = (application: Application, position = positionOf(application.positionId)): Report => ({
    application,
    position,
    scores: scoresOf(application, position),
  });

  router.get('/app_link/rep_link.html', (request, response) => {
    const opened = linked(request.query, 'rep', response);
    if (!opened) return;
    if (!opened.completedAt) {
      response.send(notCompletedPage());
      return;
    }
    const candidates = [opened, ...state.applicationsOf(opened.email)].filter(
      (application, index, all) => application.completedAt && all.indexOf(application) === index,
    );
    const role = text(request.query['role']);
    const shown = role === '' ? opened : candidates.find(({ id }) => id === role);
    const position = text(request.query['position']) || shown?.positionId;
    if (!shown || (position !== shown.positionId && !state.position(position ?? ''))) {
      response.status(404).send(unknownLinkPage());
      return;
    }
    response.send(
      reportPage({
        ...reportOf(shown, positionOf(position ?? shown.positionId)),
        assessed: state.positionName(shown.positionId),
        positions: state.positions,
        link: linkOf(opened.repLink),
        roles: candidates.map(({ id, positionId, completedAt }) => ({
          applicationId: id,
          label: `${state.positionName(positionId)} (${completedAt?.toISOString().slice(0, 10)})`,
        })),
        shareLink: engine.shareLink(shown),
        sections: state.account.reportSections,
        advanced: request.query['advanced'] === '1',
      }),
    );
  });

  router.get('/app_link/feedback.html', (request, response) => {
    const application = linked(request.query, 'share', response);
    if (!application) return;
    response.send(application.completedAt ? feedbackPage(reportOf(application)) : notCompletedPage());
  });
  return router;
}
