import type { Router } from 'express';
import express from 'express';
import type { CandidateRun } from '../kit/candidate';
import { candidatePages } from '../kit/candidate';
import type { Html } from '../kit/html';
import { html } from '../kit/html';
import { mailboxPages } from '../kit/mailbox';
import { pageFrame, pageOf, table } from '../kit/page';
import { carePages } from './care-pages';
import type { SerandEngine } from './engine';
import type { Assessment, Invitation } from './state';

const page = pageOf('Serand');
const text = (value: unknown): string => (typeof value === 'string' ? value.trim() : '');

const closedWords = {
  completed: 'This assessment has already been completed, so its link is no longer valid.',
  expired: 'This invitation has expired, so its link is no longer valid.',
  cancelled: 'This invitation was withdrawn, so its link is no longer valid.',
};

/** The pages a person sees: mailbox and assessment of the candidate, the customer's assessments, the profile. */
export function serandPages(engine: SerandEngine): Router {
  const router = express.Router();
  const form = express.urlencoded({ extended: false });
  const byLink = (link: string): Invitation | undefined => engine.state.find((one) => one.link === link);
  /** The candidate pages have looked it up already. */
  const known = (link: string): Invitation => byLink(link) as Invitation;

  router.use(pageFrame());
  router.get('/', (_request, response) => void response.send(overviewPage(engine)));
  router.use(mailboxPages(engine.mailbox, page));
  router.use(
    candidatePages(
      '/a',
      {
        find: (link) => {
          const invitation = byLink(link);
          return invitation && candidateRun(engine, invitation);
        },
        start: (link) => {
          engine.start(known(link));
          void engine.notify(known(link));
        },
        submit: (link) => {
          engine.complete(known(link));
          void engine.notify(known(link));
        },
        decline: null,
      },
      page,
    ),
  );

  router.use(carePages(engine, page));
  router.get('/assessments', (_request, response) => void response.send(assessmentsPage(engine)));
  router.get('/assessments/:id', (request, response, next) => {
    const assessment = engine.state.assessment(request.params.id);
    if (assessment) response.send(assessmentPage(assessment));
    else next();
  });
  router.post('/assessments/:id', form, (request, response, next) => {
    const assessment = engine.state.assessment(request.params['id']);
    if (!assessment) {
      next();
      return;
    }
    const body = (request.body ?? {}) as Record<string, unknown>;
    const atsId = text(body['ats_id']);
    assessment.atsId = atsId === '' ? null : atsId;
    assessment.status = body['complete'] === 'yes' ? 'live' : 'draft';
    response.redirect(303, '/assessments');
  });

  router.get('/p/:profile', (request, response, next) => {
    const invitation = engine.state.find(({ profile }) => profile === request.params.profile);
    if (invitation) response.send(profilePage(invitation));
    else next();
  });
  return router;
}

function candidateRun(engine: SerandEngine, invitation: Invitation): CandidateRun {
  const assessment = engine.state.assessment(invitation.assessmentId);
  const status = engine.statusOf(invitation);
  return {
    title: assessment?.name ?? 'Your assessment',
    name: invitation.candidate.firstName,
    questions: assessment?.questions ?? [],
    closed: status === 'invited' || status === 'started' ? null : closedWords[status],
  };
}

const overviewPage = (engine: SerandEngine): string =>
  page(
    'Invitations',
    html`
      <nav aria-label="Sections">
        <a href="/mailbox">Mailbox of the candidates</a>, <a href="/assessments">Assessments</a>,
        Integrations: <a href="/integrations/lever">Lever</a>, <a href="/desk">Serand's desk</a>
      </nav>
      ${table(
        ['Candidate', 'Assessment', 'Status', 'Links'],
        engine.state
          .invitations()
          .toReversed()
          .map((one) => [
            html`${one.candidate.firstName} ${one.candidate.lastName}<br />${one.candidate.email}`,
            engine.state.assessment(one.assessmentId)?.name ?? one.assessmentId,
            engine.statusOf(one),
            html`<a href="${engine.linkOf(one)}">Assessment</a>,
              <a href="${engine.profileOf(one)}">profile</a>`,
          ]),
        'No invitations yet.',
      )}
    `,
  );

const assessmentsPage = (engine: SerandEngine): string =>
  page(
    'Assessments',
    table(
      ['Name', 'ATS ID', 'Status'],
      engine.state.assessments.map(({ id, name, atsId, isDefault, status }) => [
        html`<a href="/assessments/${id}">${name}</a>${isDefault && ' (default)'}`,
        atsId ?? '',
        status,
      ]),
      'No assessments yet.',
    ),
  );

const assessmentPage = ({ id, name, atsId, status }: Assessment): string =>
  page(
    name,
    html`<form method="post" action="/assessments/${id}">
      <label class="field" for="ats_id">ATS ID: the id at the end of the Lever posting's address</label>
      <input id="ats_id" name="ats_id" type="text" value="${atsId}" />
      <p>
        <label
          ><input type="checkbox" name="complete" value="yes" ${status === 'live' && html`checked`} /> All
          setup requirements are complete</label
        >
      </p>
      <p><button type="submit">Save</button></p>
    </form>`,
  );

function profilePage({ candidate, scores }: Invitation): string {
  const name = `${candidate.firstName} ${candidate.lastName}`.trim();
  if (!scores) return page(name, html`<p>This candidate has not completed the assessment yet.</p>`);
  return page(
    name,
    html`
      <p class="verdict">Overall ${scores.overall} of 100</p>
      ${section('Results', html`<p>Overall: ${scores.overall}</p>`)}
      ${section('Skills', html`<p><meter min="0" max="100" value="${scores.skills}"></meter> ${scores.skills}</p>`)}
      ${section(
        'Personality',
        html`<p>${scores.personality}</p>
          <p>Values: ${scores.values}</p>`,
      )}
      ${section('Cultural fit', html`<p>${scores.culture_fit}</p>`)}
    `,
  );
}

const section = (heading: string, body: Html): Html =>
  html`<section>
    <h2>${heading}</h2>
    ${body}
  </section>`;
