import type { Response, Router } from 'express';
import express from 'express';
import type { Question } from '../kit/candidate';
import { questionField, readAnswers } from '../kit/candidate';
import type { Html } from '../kit/html';
import { html } from '../kit/html';
import type { Page } from '../kit/page';
import type { AssessFirstEngine } from './engine';
import { labels, questions } from './questionnaires';
import type { Invitation, QuestionnaireName } from './state';
import { questionnaireNames } from './state';

/** The candidate's way: accept or decline the invitation, one questionnaire after another, thank you. */
export function candidateRoutes(engine: AssessFirstEngine, page: Page): Router {
  const router = express.Router();
  const form = express.urlencoded({ extended: false });

  const find = (link: unknown, response: Response): Invitation | undefined => {
    const invitation = engine.state.find((one) => one.link === link);
    if (invitation) return invitation;
    const words = html`<p>Nothing belongs to this link. Please check that it was copied as a whole.</p>`;
    response.status(404).send(page('Link not found', words));
    return undefined;
  };
  /** The invitation of a form that can still be sent; else its state is shown instead. */
  const open = (link: unknown, response: Response): Invitation | undefined => {
    const invitation = find(link, response);
    if (!invitation || !isOver(invitation)) return invitation;
    response.redirect(303, `/invitation/${invitation.link}`);
    return undefined;
  };

  router.get('/invitation/:link', (request, response) => {
    const invitation = find(request.params.link, response);
    if (!invitation) return;
    const [title, body] = stateOf(engine, invitation);
    response.status(invitation.status === 'expired' ? 410 : 200).send(page(title, body));
  });
  router.post('/invitation/:link/accept', form, (request, response) => {
    const invitation = open(request.params['link'], response);
    if (!invitation) return;
    void engine.accept(invitation);
    response.redirect(303, `/invitation/${invitation.link}`);
  });
  router.post('/invitation/:link/decline', form, (request, response) => {
    const invitation = open(request.params['link'], response);
    if (!invitation) return;
    engine.end(invitation, 'declined');
    response.redirect(303, `/invitation/${invitation.link}`);
  });
  router.get('/invitation/:link/:name', (request, response, next) => {
    const name = nameOf(request.params.name);
    const invitation = name && open(request.params.link, response);
    if (name && invitation) response.send(page(labels[name], questionsForm(invitation, name, {}, [])));
    else if (!name) next();
  });
  router.post('/invitation/:link/:name', form, (request, response, next) => {
    const name = nameOf(request.params['name']);
    const invitation = name && open(request.params['link'], response);
    if (!name) return next();
    if (!invitation) return;
    const given = readAnswers(questions[name], (request.body ?? {}) as Record<string, unknown>);
    const missing = questions[name].filter(({ id }) => given[id] === undefined);
    if (missing.length > 0) {
      const again = questionsForm(invitation, name, given, missing);
      response.status(422).send(page('Please complete your answers', again));
      return;
    }
    void engine.answer(invitation, name);
    response.redirect(303, `/invitation/${invitation.link}`);
  });
  return router;
}

const isOver = ({ status }: Invitation): boolean => ['completed', 'declined', 'expired'].includes(status);

const nameOf = (given: unknown): QuestionnaireName | undefined =>
  questionnaireNames.find((name) => name === given);

function stateOf(engine: AssessFirstEngine, invitation: Invitation): [title: string, body: Html] {
  switch (invitation.status) {
    case 'completed':
      return [
        'Thank you',
        html`<p>You have completed all questionnaires. The company that invited you has been told.</p>`,
      ];
    case 'declined':
      return [
        'You have declined',
        html`<p>The company that invited you will see that you do not take part.</p>`,
      ];
    case 'expired':
      return [
        'This link is no longer valid',
        html`<p>The invitation has expired. Please contact the company that invited you.</p>`,
      ];
    case 'sent':
      return [`Welcome, ${invitation.firstname}`, welcome(engine, invitation)];
    default:
      return ['Your questionnaires', overview(engine, invitation)];
  }
}

const welcome = (engine: AssessFirstEngine, invitation: Invitation): Html =>
  html`<p>
      ${invitation.recruiterEmail ?? 'A company'} invites you to answer ${engine.missing(invitation).length}
      questionnaires.
    </p>
    <form method="post" action="/invitation/${invitation.link}/accept">
      <button type="submit">Accept the invitation</button>
    </form>
    <form method="post" action="/invitation/${invitation.link}/decline">
      <p><button type="submit">I do not want to take part</button></p>
    </form>`;

const overview = (engine: AssessFirstEngine, invitation: Invitation): Html =>
  html`<p>Answer them in any order, now or later; what you have completed is kept.</p>
    <ul>
      ${engine.state
        .demanded(invitation)
        .map((name) =>
          invitation.completed[name] === undefined
            ? html`<li><a href="/invitation/${invitation.link}/${name}">${labels[name]}</a></li>`
            : html`<li>${labels[name]}: completed</li>`,
        )}
    </ul>`;

const questionsForm = (
  invitation: Invitation,
  name: QuestionnaireName,
  given: Record<string, string>,
  missing: readonly Question[],
): Html => html`
  ${
    missing.length > 0 &&
    html`<div class="alert" role="alert">
      <p>These are still missing:</p>
      <ul>
        ${missing.map(({ id, text }) => html`<li><a href="#${id}">${text}</a></li>`)}
      </ul>
    </div>`
  }
  <form method="post" action="/invitation/${invitation.link}/${name}" novalidate>
    ${questions[name].map((question) => questionField(question, given[question.id]))}
    <button type="submit">Submit</button>
  </form>
`;
