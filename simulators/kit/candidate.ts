import type { Response, Router } from 'express';
import express from 'express';
import type { Html } from './html';
import { html } from './html';
import type { Page } from './page';

/** The pages that a candidate goes through: welcome, questions, thank you; and where the vendor has it, a way to say no. */

export interface Question {
  id: string;
  text: string;
  /** Given: one of them is chosen; else words are written. */
  choices?: readonly string[];
}

export interface CandidateRun {
  title: string;
  /** Of the candidate. */
  name: string;
  questions: readonly Question[];
  /** Why it can no longer be taken; null while it can. */
  closed: string | null;
}

export interface CandidateDesk {
  /** What the unguessable part of the link means; undefined: nothing. */
  find: (token: string) => CandidateRun | undefined;
  start: (token: string) => void;
  submit: (token: string, answers: Record<string, string>) => void;
  /** Null where candidates cannot decline. */
  decline: ((token: string) => void) | null;
}

/** @param root e.g. `/interview`: pages at `/interview/:token`, `…/questions`, `…/thank-you`, `…/decline` */
export function candidatePages(root: string, desk: CandidateDesk, page: Page): Router {
  const router = express.Router();
  const form = express.urlencoded({ extended: false });

  /** The open run of a link, or an answered page that says why there is none. */
  function open(token: string, response: Response): CandidateRun | undefined {
    const run = desk.find(token);
    if (run === undefined) {
      const words = html`<p>Nothing belongs to this link. Please check that it was copied as a whole.</p>`;
      response.status(404).send(page('Link not found', words));
      return undefined;
    }
    if (run.closed === null) return run;
    // It was there and is gone for ever.
    response.status(410).send(page('This link is no longer valid', closedWords(run.closed)));
    return undefined;
  }

  router.get(`${root}/:token`, (request, response) => {
    const { token } = request.params;
    const run = open(token, response);
    if (run) response.send(page(run.title, welcome(root, token, run, desk.decline !== null)));
  });
  router.post(`${root}/:token/start`, form, (request, response) => {
    const token = request.params['token'];
    if (!open(token, response)) return;
    desk.start(token);
    response.redirect(303, `${root}/${token}/questions`);
  });
  router.get(`${root}/:token/questions`, (request, response) => {
    const { token } = request.params;
    const run = open(token, response);
    if (run) response.send(page(run.title, questions(root, token, run, null)));
  });
  router.post(`${root}/:token/submit`, form, (request, response) => {
    const token = request.params['token'];
    const run = open(token, response);
    if (!run) return;
    const answers = readAnswers(run.questions, (request.body ?? {}) as Record<string, unknown>);
    if (run.questions.some(({ id }) => answers[id] === undefined)) {
      response.status(422).send(page('Please complete your answers', questions(root, token, run, answers)));
      return;
    }
    desk.submit(token, answers);
    response.redirect(303, `${root}/${token}/thank-you`);
  });
  router.get(`${root}/:token/thank-you`, (_request, response) => {
    const words = html`<p>Your answers have been submitted. The company that invited you has been told.</p>`;
    response.send(page('Thank you', words));
  });
  router.post(`${root}/:token/decline`, form, (request, response) => {
    const token = request.params['token'];
    if (!open(token, response)) return;
    if (desk.decline === null) {
      response.status(404).send(page('Not found', html`<p>There is nothing to decline here.</p>`));
      return;
    }
    desk.decline(token);
    response.send(page('You have declined', html`<p>The company that invited you has been told.</p>`));
  });
  return router;
}

const closedWords = (reason: string): Html =>
  html`<p>${reason}</p>
    <p>Please contact the company that invited you if you think that this is a mistake.</p>`;

const welcome = (root: string, token: string, run: CandidateRun, mayDecline: boolean): Html =>
  html`<p>Welcome, ${run.name}. There are ${run.questions.length} questions; take your time.</p>
    <form method="post" action="${root}/${token}/start"><button type="submit">Start</button></form>
    ${
      mayDecline &&
      html`<form method="post" action="${root}/${token}/decline">
        <p><button type="submit">I do not want to take part</button></p>
      </form>`
    }`;

function questions(
  root: string,
  token: string,
  run: CandidateRun,
  given: Record<string, string> | null,
): Html {
  const missing = given === null ? [] : run.questions.filter(({ id }) => given[id] === undefined);
  return html`
    ${
      missing.length > 0 &&
      html`<div class="alert" role="alert">
        <p>These are still missing:</p>
        <ul>
          ${missing.map(({ id, text }) => html`<li><a href="#${id}">${text}</a></li>`)}
        </ul>
      </div>`
    }
    <form method="post" action="${root}/${token}/submit" novalidate>
      ${run.questions.map((question) => questionField(question, given?.[question.id]))}
      <button type="submit">Submit</button>
    </form>
  `;
}

/** One question of a form, with the answer given so far. */
export const questionField = ({ id, text, choices }: Question, given: string | undefined): Html =>
  choices === undefined
    ? html`<label class="field" for="${id}">${text}</label>
        <p><textarea id="${id}" name="${id}" rows="3" maxlength="4000" required>${given}</textarea></p>`
    : html`<fieldset id="${id}">
        <legend>${text}</legend>
        ${choices.map(
          (choice) =>
            html`<label class="choice">
              <input
                type="radio"
                name="${id}"
                value="${choice}"
                required
                ${given === choice && html`checked`}
              />
              ${choice}
            </label>`,
        )}
      </fieldset>`;

/** Only what was asked, and only answers that can be given. */
export const readAnswers = (
  asked: readonly Question[],
  body: Record<string, unknown>,
): Record<string, string> =>
  Object.fromEntries(
    asked.flatMap(({ id, choices }) => {
      const value = body[id];
      const text = typeof value === 'string' ? value.trim().slice(0, 4000) : '';
      const allowed = text !== '' && (choices === undefined || choices.includes(text));
      return allowed ? [[id, text] as const] : [];
    }),
  );
