import type { Router } from 'express';
import express from 'express';
import type { Html } from '../kit/html';
import { html } from '../kit/html';
import { pageOf } from '../kit/page';
import type { UpwageEngine } from './engine';
import { people } from './state';

const page = pageOf('Upwage');

/** What the customer's people do in their Upwage account: make a SuperScreener, install the integration with Lever. */
export function accountPages(engine: UpwageEngine): Router {
  const router = express.Router();
  const form = express.urlencoded({ extended: false });

  router.get('/screeners/new', (_request, response) => {
    response.send(page('New SuperScreener', screenerForm({ name: '', jobId: '' }, [])));
  });
  router.post('/screeners', form, (request, response) => {
    const given = { name: field(request.body, 'name'), jobId: field(request.body, 'lever_job_id') };
    const missing = [
      ...(given.name === '' ? ['Give the SuperScreener a name.'] : []),
      ...(given.jobId === '' ? ['Give the Lever Job ID of the job that it screens for.'] : []),
    ];
    if (missing.length > 0) {
      response.status(422).send(page('New SuperScreener', screenerForm(given, missing)));
      return;
    }
    engine.state.addScreener(given.name, given.jobId);
    response.redirect(303, '/');
  });

  router.get('/integrations', (_request, response) => {
    response.send(page('Integrations', installForm()));
  });
  router.post('/integrations/lever', form, (request, response) => {
    const person = people.find(({ id }) => id === field(request.body, 'person'));
    if (person?.isAdmin !== true) {
      const words = html`<p>Only an admin of your Upwage account can install an integration.</p>`;
      response.status(403).send(page('Not allowed', words));
      return;
    }
    response.send(page('Install Lever', install(engine.connectLink)));
  });
  return router;
}

const field = (body: unknown, name: string): string => {
  const value = (body as Record<string, unknown> | undefined)?.[name];
  return typeof value === 'string' ? value.trim() : '';
};

const screenerForm = (given: { name: string; jobId: string }, missing: readonly string[]): Html =>
  html`${
      missing.length > 0 &&
      html`<div class="alert" role="alert">${missing.map((words) => html`<p>${words}</p>`)}</div>`
    }
    <form method="post" action="/screeners" novalidate>
      <label class="field" for="name">Name</label>
      <input type="text" id="name" name="name" value="${given.name}" required />
      <label class="field" for="lever_job_id">Lever Job ID</label>
      <input type="text" id="lever_job_id" name="lever_job_id" value="${given.jobId}" required />
      <p>It stands at the end of the address of the job's page; the whole address will do as well.</p>
      <button type="submit">Create SuperScreener</button>
    </form>`;

const installForm = (): Html =>
  html`<h2>Lever</h2>
    <form method="post" action="/integrations/lever">
      <label class="field" for="person">Signed in as</label>
      <select id="person" name="person">
        ${people.map(
          ({ id, name, isAdmin }) =>
            html`<option value="${id}">${name} (${isAdmin ? 'admin' : 'member'})</option>`,
        )}
      </select>
      <p><button type="submit">Install</button></p>
    </form>`;

const install = (link: string | null): Html =>
  link === null
    ? html`<p>Ask Upwage for the link with which you connect Lever.</p>`
    : html`<p><a href="${link}">Connect your Lever account</a></p>`;
