import type { Request, Response, Router } from 'express';
import express from 'express';
import type { Html } from '../kit/html';
import { html } from '../kit/html';
import type { Page } from '../kit/page';
import { table } from '../kit/page';
import type { CareRequest, Contact } from './care';
import { contacts } from './care';
import type { SerandEngine } from './engine';

/** Integrations > Lever as the customer sees it, and the desk of Serand's staff who answer what the customer asks for. */
export function carePages(engine: SerandEngine, page: Page): Router {
  const router = express.Router();
  const form = express.urlencoded({ extended: false });
  const { care } = engine;

  const told = (response: Response, status: number, title: string, words: string): void =>
    void response.status(status).send(page(title, html`<p>${words}</p>`));

  router.get(lever, (_request, response) => void response.send(page('Lever', customerPage(care.removed))));
  router.post(`${lever}/:wish`, form, (request, response, next) => {
    const wish = wishes.find((one) => one === request.params['wish']);
    if (wish === undefined) return next();
    const from = contacts.find(({ id }) => id === field(request, 'user'));
    if (!from?.isAdmin) return told(response, 403, 'Not allowed', adminsOnly);
    if (!care.accountActive) return told(response, 403, 'Not allowed', activeOnly);
    care.ask(wish, from);
    told(response, 200, 'Your request was sent', 'Serand answers by e-mail.');
  });

  router.get('/desk', (_request, response) => void response.send(page('Requests', deskPage(care.requests))));
  router.post('/desk/:id', form, (request, response, next) => {
    const asked = care.find(request.params['id']);
    if (asked === undefined) return next();
    if (asked.wish === 'remove') {
      care.removed = true;
      answer(engine, asked, 'Your connection with Lever was removed', engine.baseUrl + lever);
    } else {
      const link = field(request, 'link');
      if (!URL.canParse(link))
        return told(response, 422, 'No link', 'Give the authorisation link as a whole.');
      care.removed = false;
      answer(engine, asked, 'Connect Serand with Lever', link);
    }
    response.redirect(303, '/desk');
  });
  return router;
}

const lever = '/integrations/lever';
const wishes = ['connect', 'remove'] as const;
const adminsOnly = 'Only an admin of your Serand account can ask for this.';
const activeOnly = 'Your Serand account is not active.';

function field(request: Request, name: string): string {
  const value = ((request.body ?? {}) as Record<string, unknown>)[name];
  return typeof value === 'string' ? value.trim() : '';
}

function answer(engine: SerandEngine, asked: CareRequest, subject: string, link: string): void {
  asked.answer = subject;
  const { email, name } = asked.from;
  engine.mailbox.post({
    to: email,
    subject,
    text: `Hello ${name}, see here:`,
    link,
    applicationId: asked.id,
  });
}

const customerPage = (removed: boolean): Html => html`
  ${removed && html`<p>Your connection with Lever was removed.</p>`}
  <p>Serand connects you by hand: ask, and you are sent an authorisation link by e-mail.</p>
  ${wishForm('connect', 'Ask for a connection')} ${wishForm('remove', 'Ask to remove the connection')}
`;

const wishForm = (wish: CareRequest['wish'], button: string): Html =>
  html`<form method="post" action="${lever}/${wish}">
    <label class="field" for="${wish}-user">Signed in as</label>
    <select id="${wish}-user" name="user">
      ${contacts.map(({ id, name, isAdmin }) => html`<option value="${id}">${nameWithRole(name, isAdmin)}</option>`)}
    </select>
    <p><button type="submit">${button}</button></p>
  </form>`;

const nameWithRole = (name: Contact['name'], isAdmin: boolean): string =>
  `${name} (${isAdmin ? 'admin' : 'team member'})`;

const deskPage = (requests: readonly CareRequest[]): Html =>
  table(
    ['From', 'Wish', 'Answer'],
    requests.map(({ id, wish, from, answer }) => [
      from.name,
      wish === 'connect' ? 'A connection with Lever' : 'The end of the connection with Lever',
      answer ?? answerForm(id, wish),
    ]),
    'Nobody has asked for anything.',
  );

const answerForm = (id: string, wish: CareRequest['wish']): Html =>
  html`<form method="post" action="/desk/${id}">
    ${
      wish === 'connect' &&
      html`<label class="field" for="${id}-link">Authorisation link</label>
        <input id="${id}-link" name="link" type="text" required />`
    }
    <button type="submit">${wish === 'connect' ? 'Send the link' : 'Remove the connection'}</button>
  </form>`;
