import type { Request, Response, Router } from 'express';
import express from 'express';
import type { Html } from '../kit/html';
import { html } from '../kit/html';
import type { Page } from '../kit/page';
import { table } from '../kit/page';
import { PartnerError } from '../kit/partner';
import type { JobmaEngine } from './engine';
import { mayIntegrate, signedInAs } from './members';
import type { LeverConnection, Partner } from './partner';

const list = '/integrations';
const lever = '/integrations/lever';

/** Integrations > Integrations: Lever with its authorisation, its postings and their interview kits, and its end. */
export function integrationPages(engine: JobmaEngine, page: Page): Router {
  const router = express.Router();
  const form = express.urlencoded({ extended: false });

  const message = (response: Response, status: number, title: string, words: Html | string): void => {
    response.status(status).send(
      page(
        title,
        html`<p>${words}</p>
          <p><a href="${lever}">Back to Lever</a></p>`,
      ),
    );
  };

  /** A page that needs the partner, and an answered one where there is none or where it refuses. */
  const visit =
    (show: (partner: Partner, request: Request, response: Response) => Promise<void>) =>
    async (request: Request, response: Response): Promise<void> => {
      if (engine.partner === null) {
        message(response, 503, 'Lever', 'This Jobma was not told where its integration partner is.');
        return;
      }
      await show(engine.partner, request, response).catch((error: unknown) => {
        if (!(error instanceof PartnerError)) throw error;
        message(response, 502, 'That did not work', error.message);
      });
    };
  const connectionOf = async (partner: Partner): Promise<LeverConnection | null> =>
    engine.integrationDeleted ? null : partner.connection();

  router.get(list, (_request, response) => {
    const entry = [html`<a href="${lever}">Lever</a>`, 'Applicant tracking system'];
    response.send(page('Integrations', table(['Name', 'Kind'], [entry], 'None')));
  });

  router.get(
    lever,
    visit(async (partner, _request, response) => {
      const connection = await connectionOf(partner);
      if (connection === null) response.send(page('Lever', unconnected()));
      else response.send(page('Lever', panel(engine, connection, await partner.postings())));
    }),
  );

  router.post(
    `${lever}/connect`,
    form,
    visit(async (partner, request, response) => {
      if (!mayIntegrate(field(request, 'user'))) return message(response, 403, 'Not allowed', adminsOnly);
      const { accessToken, webhookToken: callbackToken } = engine.account;
      const [kit] = engine.state.kits;
      const address = await partner.authorisation({
        credentials: { accessToken, callbackToken },
        settings: { ...(kit && { defaultAssessment: kit.id }) },
      });
      engine.integrationDeleted = false;
      response.send(page('Lever', html`<p><a href="${address}">Go on to the authorisation</a></p>`));
    }),
  );

  router.get(
    `${lever}/postings/:id`,
    visit(async (partner, request, response) => {
      const connection = await connectionOf(partner);
      const posting = (await partner.postings()).find(({ id }) => id === request.params['id']);
      if (connection === null || posting === undefined)
        return message(response, 404, 'Not found', 'There is no such posting.');
      const { id, text } = posting;
      response.send(page(text, kitForm(engine, `${lever}/postings/${id}`, connection.settings.mapping[id])));
    }),
  );
  router.post(
    `${lever}/postings/:id`,
    form,
    visit(async (partner, request, response) => {
      const connection = await connectionOf(partner);
      if (connection === null) return message(response, 404, 'Not found', 'Lever is not connected.');
      const kit = field(request, 'kit');
      const others = Object.entries(connection.settings.mapping).filter(
        ([id]) => id !== request.params['id'],
      );
      const own = kit === '' ? [] : [[String(request.params['id']), kit] as const];
      await partner.change(connection, { mapping: Object.fromEntries([...others, ...own]) });
      response.redirect(303, lever);
    }),
  );
  router.post(
    `${lever}/default`,
    form,
    visit(async (partner, request, response) => {
      const connection = await connectionOf(partner);
      if (connection === null) return message(response, 404, 'Not found', 'Lever is not connected.');
      await partner.change(connection, { defaultAssessment: field(request, 'kit') || null });
      response.redirect(303, lever);
    }),
  );

  router.post(`${lever}/delete`, form, (request, response) => {
    if (!mayIntegrate(field(request, 'user'))) return message(response, 403, 'Not allowed', adminsOnly);
    engine.integrationDeleted = true;
    response.redirect(303, lever);
  });
  return router;
}

const adminsOnly = 'Only an admin of your Jobma account can do this.';

function field(request: Request, name: string): string {
  const value = ((request.body ?? {}) as Record<string, unknown>)[name];
  return typeof value === 'string' ? value.trim() : '';
}

const unconnected = (): Html =>
  html`<p>Lever is not connected.</p>
    <form method="post" action="${lever}/connect">
      ${signedInAs()}
      <p><button type="submit">Connect Lever</button></p>
    </form>`;

/** The Lever panel: postings with their kits, the default kit of all others, and the end of the integration. */
const panel = (
  engine: JobmaEngine,
  { status, settings }: LeverConnection,
  postings: readonly { id: string; text: string }[],
): Html => {
  const nameOf = (kit: string | undefined): string =>
    kit === undefined ? 'default kit' : (engine.state.kit(kit)?.name ?? kit);
  return html`<p>Lever is connected (${status}).</p>
    ${table(
      ['Posting', 'Interview kit'],
      postings.map(({ id, text }) => [
        html`<a href="${lever}/postings/${id}">${text}</a>`,
        nameOf(settings.mapping[id]),
      ]),
      'Lever has no postings.',
    )}
    <h2>Default interview kit</h2>
    ${kitForm(engine, `${lever}/default`, settings.defaultAssessment)}
    <h2>Delete the integration</h2>
    <form method="post" action="${lever}/delete">
      ${signedInAs()}
      <p><button type="submit">Delete</button></p>
    </form>`;
};

const kitForm = (engine: JobmaEngine, action: string, chosen: string | undefined): Html =>
  html`<form method="post" action="${action}">
    <label class="field" for="kit">Interview kit</label>
    <select id="kit" name="kit">
      <option value="">none</option>
      ${engine.state.kits.map(
        ({ id, name }) => html`<option value="${id}" ${id === chosen && html`selected`}>${name}</option>`,
      )}
    </select>
    <p><button type="submit">Save</button></p>
  </form>`;
