import type { Router } from 'express';
import express from 'express';
import type { CandidateRun } from '../kit/candidate';
import { candidatePages } from '../kit/candidate';
import type { Html } from '../kit/html';
import { html } from '../kit/html';
import { mailboxPages } from '../kit/mailbox';
import { pageFrame, pageOf, table } from '../kit/page';
import type { JobmaEngine } from './engine';
import { integrationPages } from './integration-pages';
import type { Decision, Interview } from './state';
import { decisions } from './state';

const page = pageOf('Jobma');
const text = (value: unknown): string => (typeof value === 'string' ? value.trim() : '');

const closedWords = {
  completed: 'This interview has already been completed, so its link is no longer valid.',
  rejected: 'This interview is closed, so its link is no longer valid.',
  expired: 'This interview has expired, so its link is no longer valid.',
};

/** The pages a person sees: mailbox and interview of the candidate, kits, listing and results of the recruiter. */
export function jobmaPages(engine: JobmaEngine): Router {
  const router = express.Router();
  const form = express.urlencoded({ extended: false });
  const byLink = (link: string): Interview | undefined => engine.state.find((one) => one.link === link);
  /** The candidate pages have looked it up already. */
  const known = (link: string): Interview => byLink(link) as Interview;

  router.use(pageFrame());
  router.get('/', (_request, response) => {
    response.send(listingPage(engine, 'Interviews', engine.state.interviews()));
  });
  router.get('/integrations/interviews/lever', (_request, response) => {
    const fromLever = engine.state.interviews().filter(({ callbackUrl }) => callbackUrl !== undefined);
    response.send(listingPage(engine, 'Interview Listing: Lever', fromLever));
  });
  router.use(integrationPages(engine, page));
  router.use(mailboxPages(engine.mailbox, page));
  router.use(
    candidatePages(
      '/interview',
      {
        find: (link) => {
          const interview = byLink(link);
          return interview && candidateRun(engine, interview);
        },
        start: (link) => engine.start(known(link)),
        submit: (link, answers) => {
          engine.complete(known(link), { answers });
          void engine.notify(known(link));
        },
        decline: (link) => {
          engine.reject(known(link));
          void engine.notify(known(link));
        },
      },
      page,
    ),
  );

  router.get('/kits', (_request, response) => void response.send(kitsPage(engine)));
  router.post('/kits', form, (request, response) => {
    const body = (request.body ?? {}) as Record<string, unknown>;
    const questions = text(body['questions'])
      .split('\n')
      .map((line) => line.trim())
      .filter(Boolean);
    if (text(body['name']) === '' || questions.length === 0) {
      response.status(422).send(kitsPage(engine, 'A kit needs a name and at least one question.'));
      return;
    }
    engine.state.addKit(text(body['name']), questions);
    response.redirect(303, '/kits');
  });

  router.get('/results/:share', (request, response, next) => {
    const interview = engine.state.find(({ share }) => share === request.params.share);
    if (interview?.completedAt) response.send(resultsPage(engine, interview));
    else next();
  });
  router.post('/results/:share', form, (request, response, next) => {
    const interview = engine.state.find(({ share }) => share === request.params['share']);
    if (!interview?.completedAt) {
      next();
      return;
    }
    const body = (request.body ?? {}) as Record<string, unknown>;
    const rating = Number(text(body['rating']));
    const decision = decisions.find((each: Decision) => each === text(body['decision']));
    engine.evaluate(interview, {
      rating: Number.isInteger(rating) && rating >= 1 && rating <= 5 ? rating : null,
      decision: decision ?? null,
    });
    void engine.notify(interview);
    response.redirect(303, `/results/${interview.share}`);
  });
  return router;
}

function candidateRun(engine: JobmaEngine, interview: Interview): CandidateRun {
  const kit = engine.state.kit(interview.kitId);
  return {
    title: interview.jobTitle === '' ? 'Your interview' : interview.jobTitle,
    name: interview.candidate.firstName,
    questions: kit?.questions ?? [],
    closed: interview.status === 'pending' ? null : closedWords[interview.status],
  };
}

/** Every interview, or those of Integrations > Interview Listing > Lever. */
const listingPage = (engine: JobmaEngine, title: string, interviews: readonly Interview[]): string =>
  page(
    title,
    html`
      <nav aria-label="Sections">
        <a href="/mailbox">Mailbox of the candidates</a>, Setup Interview: <a href="/kits">Interview Kit</a>,
        Integrations: <a href="/integrations">Integrations</a>, Interview Listing:
        <a href="/integrations/interviews/lever">Lever</a>
      </nav>
      ${table(
        ['Candidate', 'Job', 'Kit', 'Status', 'Links'],
        interviews
          .toReversed()
          .map((interview) => [
            html`${interview.candidate.firstName} ${interview.candidate.lastName}<br />${interview.candidate.email}`,
            interview.jobTitle,
            engine.state.kit(interview.kitId)?.name ?? interview.kitId,
            interview.status,
            html`<a href="${engine.linkOf(interview)}">Interview</a>${
                interview.completedAt && html`, <a href="${engine.resultsOf(interview)}">results</a>`
              }`,
          ]),
        'No interviews yet.',
      )}
    `,
  );

/** Setup Interview > Interview Kit. */
const kitsPage = (engine: JobmaEngine, problem?: string): string =>
  page(
    'Interview kits',
    html`
      ${problem !== undefined && html`<div class="alert" role="alert"><p>${problem}</p></div>`}
      ${table(
        ['Id', 'Name', 'Questions'],
        engine.state.kits.map(({ id, name, questions }) => [id, name, String(questions.length)]),
        'No kits yet.',
      )}
      <form method="post" action="/kits">
        <label class="field" for="name">Name of a new kit</label>
        <input id="name" name="name" type="text" required />
        <label class="field" for="questions">Its questions, one a line</label>
        <textarea id="questions" name="questions" rows="4" required></textarea>
        <p><button type="submit">Save</button></p>
      </form>
    `,
  );

const resultsPage = (engine: JobmaEngine, interview: Interview): string =>
  page(
    `Interview of ${interview.candidate.firstName} ${interview.candidate.lastName}`.trim(),
    html`
      <p class="verdict">
        ${interview.decision === null ? 'Not decided yet' : interview.decision.replace('_', ' ')}${
          interview.rating !== null && `, rated ${interview.rating} of 5`
        }
      </p>
      ${(engine.state.kit(interview.kitId)?.questions ?? []).map(
        ({ id, text: question }) =>
          html`<section>
            <h2>${question}</h2>
            <p>${interview.answers[id] ?? 'No answer'}</p>
          </section>`,
      )}
      <form method="post" action="/results/${interview.share}">
        ${choice('rating', 'Rating', ['1', '2', '3', '4', '5'], String(interview.rating))}
        ${choice('decision', 'Decision', decisions, String(interview.decision))}
        <p><button type="submit">Save the evaluation</button></p>
      </form>
    `,
  );

const choice = (name: string, label: string, options: readonly string[], chosen: string): Html =>
  html`<label class="field" for="${name}">${label}</label>
    <select id="${name}" name="${name}">
      <option value="">none</option>
      ${options.map(
        (option) =>
          html`<option value="${option}" ${option === chosen && html`selected`}>
            ${option.replace('_', ' ')}
          </option>`,
      )}
    </select>`;
