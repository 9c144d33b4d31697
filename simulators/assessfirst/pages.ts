import type { Router } from 'express';
import express from 'express';
import type { Html } from '../kit/html';
import { html } from '../kit/html';
import { mailboxPages } from '../kit/mailbox';
import { pageFrame, pageOf, table } from '../kit/page';
import { pdf } from '../kit/pdf';
import { requireToken } from './api';
import { candidateRoutes } from './candidate-pages';
import type { AssessFirstEngine } from './engine';
import { integrationPages } from './integration-pages';
import { scoresOf } from './questionnaires';
import type { Invitation, Model } from './state';
import { questionnaireNames } from './state';

const page = pageOf('AssessFirst');

/** The pages a person sees: mailbox and questionnaires of the candidate, candidates, models and profiles of the recruiter. */
export function assessFirstPages(engine: AssessFirstEngine): Router {
  const router = express.Router();
  router.use(pageFrame());
  router.get('/', (_request, response) => void response.send(candidatesPage(engine)));
  router.get('/models', (_request, response) => void response.send(modelsPage(engine)));
  router.use(mailboxPages(engine.mailbox, page));
  router.use(candidateRoutes(engine, page));
  router.use(integrationPages(engine, page));
  router.get('/profile/:share', (request, response, next) => {
    const invitation = engine.state.find(({ share }) => share === request.params.share);
    if (invitation) response.send(profilePage(engine, invitation));
    else next();
  });
  router.get('/reports/:share/:type.pdf', (request, response, next) => {
    const { share, type } = request.params;
    const invitation = engine.state.find((one) => one.share === share);
    const report = invitation && reportPdf(engine, invitation, type);
    if (report) response.type('application/pdf').send(report);
    else next();
  });
  return router;
}

/** `GET /candidate/{uuid}/reports/{type}`: the one answer of the API that is no JSON. */
export function reportApi(engine: AssessFirstEngine): Router {
  const router = express.Router();
  router.get('/candidate/:uuid/reports/:type', (request, response) => {
    requireToken(engine, request);
    const { uuid, type } = request.params;
    const invitation = engine.state.find(({ candidateUuid }) => candidateUuid === uuid);
    const report = invitation && reportPdf(engine, invitation, type);
    if (report) response.type('application/pdf').send(report);
    else response.status(404).json({ error: 'not_found' });
  });
  return router;
}

/** Undefined where nothing of it was completed. */
function reportPdf(engine: AssessFirstEngine, invitation: Invitation, type: string): Buffer | undefined {
  const isKnown =
    type === 'adequacy'
      ? invitation.modelUuid !== null && engine.missing(invitation).length === 0
      : questionnaireNames.some((name) => name === type && invitation.completed[name] !== undefined);
  if (!isKnown) return undefined;
  const scores = scoresOf(invitation, engine.state.demanded(invitation));
  const score = scores?.[type === 'adequacy' ? 'global' : type];
  return pdf(`AssessFirst ${type.toUpperCase()} report`, [
    `Candidate: ${invitation.firstname} ${invitation.lastname}`,
    `Predictive model: ${engine.state.model(invitation.modelUuid)?.name ?? 'none'}`,
    ...(typeof score === 'number' ? [`Score: ${score}`] : []),
  ]);
}

const statusWords: Record<Invitation['status'], string> = {
  sent: 'Invitation sent',
  accepted: 'Invitation accepted',
  in_progress: 'In progress',
  completed: 'Completed',
  declined: 'Declined',
  expired: 'Expired',
};

function candidatesPage(engine: AssessFirstEngine): string {
  const rows = engine.state
    .invitations()
    .toReversed()
    .map((one) => [
      html`<a href="/profile/${one.share}">${one.firstname} ${one.lastname}</a>`,
      one.email,
      engine.state.model(one.modelUuid)?.name ?? 'No predictive model',
      statusWords[one.status],
      one.recruiterEmail ?? '',
      one.createdAt,
    ]);
  const headings = ['Candidate', 'E-mail', 'Predictive model', 'Status', 'Invited by', 'Invited at (UTC)'];
  return page(
    'Candidates',
    html`<p>
        <a href="/models">Predictive models</a> · <a href="/mailbox">Mailbox of the candidates</a> ·
        <a href="/settings/integrations">Settings: integrations</a>
      </p>
      ${table(headings, rows, 'Nobody has been invited yet.')}`,
  );
}

const tagOf = (model: Model): string => `🦄${model.is_public === 1 ? '✨' : ''} ${model.name}`;

function modelsPage(engine: AssessFirstEngine): string {
  const rows = engine.state.models.map((model) => [
    model.name,
    html`<code>${tagOf(model)}</code>`,
    model.is_public === 1 ? 'Benchmark' : 'Created by your company',
    questionnaireNames
      .filter((name) => model.assessments[name])
      .map((name) => name.toUpperCase())
      .join(', '),
    model.created_at.slice(0, 10),
  ]);
  return page(
    'Predictive models',
    html`<p>
        Put the tag on a posting in Lever to use the model. The tag <code>No predictive model</code> sends the
        questionnaires alone.
      </p>
      ${table(['Model', 'Tag in Lever', 'Kind', 'Questionnaires', 'Made on'], rows, 'There is no model yet.')}
      <p><a href="/">All candidates</a></p>`,
  );
}

const scoreNames: Record<string, string> = {
  global: 'Global fit',
  manager_fit: 'Manager fit',
  a_player: 'A-player',
};

function profilePage(engine: AssessFirstEngine, invitation: Invitation): string {
  const scores = scoresOf(invitation, engine.state.demanded(invitation));
  const done = questionnaireNames.filter((name) => invitation.completed[name] !== undefined);
  const reports = [
    ...done,
    ...(invitation.status === 'completed' && invitation.modelUuid !== null ? ['adequacy'] : []),
  ];
  const body = html`<p>
      ${statusWords[invitation.status]}. Predictive model:
      ${engine.state.model(invitation.modelUuid)?.name ?? 'none'}.
    </p>
    <section>
      <h2>Scores</h2>
      ${
        scores === null
          ? html`<p>Without a predictive model there are no scores.</p>`
          : table(
              ['Measured', 'Score', 'Of 100'],
              Object.entries(scores)
                .filter(([, score]) => score !== null)
                .map(([name, score]) => [
                  scoreNames[name] ?? name.toUpperCase(),
                  String(score),
                  meter(score ?? 0),
                ]),
              'There are no scores yet.',
            )
      }
    </section>
    <section>
      <h2>Reports</h2>
      ${
        reports.length === 0
          ? html`<p>No questionnaire is completed yet.</p>`
          : html`<ul>
              ${reports.map((type) => html`<li><a href="/reports/${invitation.share}/${type}.pdf">${type.toUpperCase()} (PDF)</a></li>`)}
            </ul>`
      }
    </section>
    <p><a href="/">All candidates</a></p>`;
  return page(`${invitation.firstname} ${invitation.lastname}`, body);
}

const meter = (score: number): Html => html`<meter min="0" max="100" value="${score}">${score}</meter>`;
