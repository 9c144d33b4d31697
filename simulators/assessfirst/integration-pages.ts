import type { Request, Response, Router } from 'express';
import express from 'express';
import type { Html } from '../kit/html';
import { html } from '../kit/html';
import type { Page } from '../kit/page';
import { PartnerError } from '../kit/partner';
import type { AssessFirstEngine } from './engine';
import type { LeverConnection, Partner } from './partner';

const list = '/settings/integrations';
const lever = `${list}/lever`;

/** The people of the customer's AssessFirst account; whoever opens a page says who they are where it matters. */
const users = [
  { id: 'admin', name: 'Alex Admin', isAdmin: true },
  { id: 'recruiter', name: 'Robin Recruiter', isAdmin: false },
] as const;

/** Settings > Integrations > Lever: Activate, Lever's login, and then the two fields. */
export function integrationPages(engine: AssessFirstEngine, page: Page): Router {
  const router = express.Router();
  const form = express.urlencoded({ extended: false });

  const refuse = (response: Response, status: number, words: readonly string[]): void => {
    const lines = words.map((line) => html`<p>${line}</p>`);
    const body = html`<div class="alert" role="alert">${lines}</div>
      <p><a href="${lever}">Back to the Lever integration</a></p>`;
    response.status(status).send(page('That did not work', body));
  };

  /** A page that needs the partner, and an answered one where there is none or where it refuses. */
  const visit =
    (show: (partner: Partner, request: Request, response: Response) => Promise<void>) =>
    async (request: Request, response: Response): Promise<void> => {
      const { partner } = engine;
      if (partner === null) {
        return refuse(response, 503, ['This AssessFirst was not told where its integration partner is.']);
      }
      await show(partner, request, response).catch((error: unknown) => {
        if (!(error instanceof PartnerError)) throw error;
        refuse(response, 422, error.words);
      });
    };

  const connectionOf = async (partner: Partner): Promise<string | null> =>
    engine.activation === null ? null : partner.connectionOf(engine.activation);

  router.get('/settings', (_request, response) => response.redirect(302, list));
  router.get(list, (_request, response) => {
    const entry = html`<ul>
      <li><a href="${lever}">Lever</a></li>
    </ul>`;
    response.send(page('Integrations', entry));
  });

  router.get(
    lever,
    visit(async (partner, _request, response) => {
      const id = await connectionOf(partner);
      const body = id === null ? activation() : await connected(partner, id);
      response.send(page('Lever', body));
    }),
  );

  router.post(
    `${lever}/activate`,
    form,
    visit(async (partner, request, response) => {
      if (!users.some(({ id, isAdmin }) => isAdmin && id === field(request, 'user'))) {
        return refuse(response, 403, ['Activating an integration needs admin rights in AssessFirst.']);
      }
      const { token, webhookSecret } = engine.options.account;
      const { id, url } = await partner.begin({ token, webhookSecret });
      engine.activation = id;
      response.send(page('Lever', modal(url)));
    }),
  );

  router.post(
    lever,
    form,
    visit(async (partner, request, response) => {
      const id = await connectionOf(partner);
      if (id === null) return refuse(response, 409, ['Log in to Lever first: press Activate.']);
      await partner.finish(id, { email: field(request, 'email'), stageId: field(request, 'assessment') });
      response.redirect(303, lever);
    }),
  );
  return router;
}

function field(request: Request, name: string): string {
  const value = ((request.body ?? {}) as Record<string, unknown>)[name];
  return typeof value === 'string' ? value.trim() : '';
}

const activation = (): Html =>
  html`<p>Invite candidates from Lever and read their results there.</p>
    <form method="post" action="${lever}/activate">
      <label class="field" for="user">Signed in as</label>
      <select id="user" name="user">
        ${users.map(
          ({ id, name, isAdmin }) =>
            html`<option value="${id}">${name} (${isAdmin ? 'administrator' : 'recruiter'})</option>`,
        )}
      </select>
      <p><button type="submit">Activate</button></p>
    </form>`;

const modal = (url: string): Html =>
  html`<dialog open aria-labelledby="modal-title">
    <h2 id="modal-title">Connect your Lever account</h2>
    <p>A Super Admin of your Lever account logs in and accepts the permissions that are listed there.</p>
    <p><a href="${url}">Log in to Lever</a></p>
    <p><a href="${lever}">Done: go on to the settings</a></p>
  </dialog>`;

async function connected(partner: Partner, id: string): Promise<Html> {
  const connection = await partner.look(id);
  // Ended for good: the customer can begin anew.
  if (connection.status === 'disabled') return html`${stateOf(connection)} ${activation()}`;
  return html`${stateOf(connection)}
    <form method="post" action="${lever}">
      <label class="field" for="email">Email address</label>
      <input type="email" id="email" name="email" required />
      <p>Of a service user of your Lever account with the access role Super Admin.</p>
      <label class="field" for="assessment">Assessment ID</label>
      <input type="text" id="assessment" name="assessment" required />
      <p>In Lever: Settings > Pipeline and archive reasons > Reveal Stage ID.</p>
      <button type="submit">Save</button>
    </form>`;
}

const stateOf = ({ status, statusReason }: LeverConnection): Html =>
  html`<p role="status">
    The integration is ${status}.${statusReason !== null && html` Reason: ${statusReason}`}
  </p>`;
