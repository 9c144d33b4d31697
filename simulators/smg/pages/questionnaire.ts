import type { Html } from '../../kit/html';
import { html } from '../../kit/html';
import type { Question } from '../catalogue';
import { choices, questions } from '../catalogue';
import type { Answer, Application, Field } from '../state';
import { fieldOf } from '../state';
import { page } from './layout';

const customFields = [
  { name: 'app_full_name', label: 'Full name', type: 'text', autocomplete: 'name' },
  { name: 'email', label: 'E-mail', type: 'email', autocomplete: 'email' },
];

/** What the form sends, as the engine takes it: only the questions and the fields the form asks for. */
export function readSubmission(body: Record<string, unknown>): { fields: Field[]; answers: Answer[] } {
  const text = (name: string): string => {
    const value = body[name];
    return typeof value === 'string' ? value.trim().slice(0, 4000) : '';
  };
  const answers = questions.flatMap((question): Answer[] => {
    const value = text(`q${question.q}`);
    if (value === '') return [];
    if (question.kind === 'text') return [{ q: question.q, a: value }];
    const choice = Number(value);
    return Number.isInteger(choice) && choice >= 1 && choice <= choices.length
      ? [{ q: question.q, a: choice }]
      : [];
  });
  const fields = customFields.flatMap(({ name }) => (text(name) === '' ? [] : [{ n: name, v: text(name) }]));
  return { fields, answers };
}

/** The form; after a refused submission with the answers kept and every gap named. */
export function questionnairePage(
  application: Application,
  positionName: string,
  hidden: { app_link: string; acc_link: string },
  refused?: { fields: Field[]; answers: Answer[] },
): string {
  const given = new Map(refused?.answers.map(({ q, a }) => [q, a]));
  const typed = new Map(refused?.fields.map(({ n, v }) => [n, v]));
  const asked = customFields.filter(({ name }) => fieldOf(application, name) === '');
  const gaps = refused
    ? [
        ...asked.filter(({ name }) => !typed.has(name)).map(({ name, label }) => ({ id: name, text: label })),
        ...questions
          .filter(({ q }) => !given.has(q))
          .map(({ q, statement }) => ({ id: `q${q}`, text: `Question ${q}, ${statement}` })),
      ]
    : [];
  const title = gaps.length > 0 ? 'Please complete your answers' : positionName;
  const name = fieldOf(application, 'app_full_name');

  return page(
    title,
    html`
      ${
        gaps.length > 0 &&
        html`<div class="alert" role="alert">
          <p>These are still missing:</p>
          <ul>
            ${gaps.map(({ id, text }) => html`<li><a href="#${id}">${text}</a></li>`)}
          </ul>
        </div>`
      }
      <p>
        ${name !== '' && `Welcome, ${name}. `}How much is each statement like you? There are no right or wrong
        answers.
      </p>
      <form method="post" action="/app_link/submit.html" novalidate>
        <input type="hidden" name="app_link" value="${hidden.app_link}" />
        <input type="hidden" name="acc_link" value="${hidden.acc_link}" />
        ${asked.map(
          (field) =>
            html`<label class="field" for="${field.name}">${field.label}</label>
              <input
                id="${field.name}"
                name="${field.name}"
                type="${field.type}"
                autocomplete="${field.autocomplete}"
                value="${typed.get(field.name)}"
                required
              />`,
        )}
        ${questions.map((question) => questionField(question, given.get(question.q), refused !== undefined))}
        <button type="submit">Submit</button>
      </form>
    `,
  );
}

function questionField(question: Question, given: Answer['a'] | undefined, checked: boolean): Html {
  const name = `q${question.q}`;
  const missing = checked && given === undefined && html`<p class="error">Please answer this one.</p>`;
  if (question.kind === 'text') {
    return html`<label class="field" for="${name}">${question.q}. ${question.explanation}</label>
      ${missing}
      <p><textarea id="${name}" name="${name}" rows="3" maxlength="4000" required>${given}</textarea></p>`;
  }
  return html`<fieldset id="${name}">
    <legend>${question.q}. ${question.statement}</legend>
    <p>${question.explanation}</p>
    ${missing}
    ${choices.map(
      (label, index) =>
        html`<label class="choice">
          <input
            type="radio"
            name="${name}"
            value="${index + 1}"
            required
            ${given === index + 1 && html`checked`}
          />
          ${label}
        </label>`,
    )}
  </fieldset>`;
}

export function thankYouPage(): string {
  return page(
    'Thank you',
    html`<p>
      Your answers have been submitted. You can close this page; the company that invited you has been told.
    </p>`,
  );
}

/** Shown instead of the questionnaire once it cannot be filled in any more. */
export function closedPage(status: 'completed' | 'expired' | 'cancelled'): string {
  const reasons = {
    completed: 'This assessment has already been completed, so its link is no longer valid.',
    expired: 'This assessment has expired, so its link is no longer valid.',
    cancelled: 'This assessment was withdrawn, so its link is no longer valid.',
  };
  return page(
    'This link is no longer valid',
    html`<p>${reasons[status]}</p>
      <p>Please contact the company that invited you if you think that this is a mistake.</p>`,
  );
}

export function unknownLinkPage(): string {
  return page(
    'Link not found',
    html`<p>No assessment belongs to this link. Please check that it was copied as a whole.</p>`,
  );
}
