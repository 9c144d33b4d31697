import type { Router } from 'express';
import express from 'express';
import { z } from 'zod';
import { html } from '../../kit/html';
import type { SmgAdmin } from '../admin';
import type { Account } from '../state';
import { page } from './layout';

type Section = Account['reportSections'][number];

const added = z.object({
  title: z.string().trim().min(1).max(100),
  text: z.string().trim().min(1).max(4000),
});
const removed = z.object({ remove: z.coerce.number().int().nonnegative() });

/** `/report-settings`: the sections that this client's reports have besides SMG's own. */
export function reportSettings(admin: SmgAdmin): Router {
  const router = express.Router();
  const sections = (): Section[] => admin.account().reportSections;

  router.get('/report-settings', (_request, response) => void response.send(settingsPage(sections(), false)));
  router.post('/report-settings', express.urlencoded({ extended: false }), (request, response) => {
    const change = z.union([removed, added]).safeParse(request.body);
    if (!change.success) {
      response.status(422).send(settingsPage(sections(), true));
      return;
    }
    const { data } = change;
    const reportSections =
      'remove' in data
        ? sections().filter((_section, index) => index !== data.remove)
        : [...sections(), data];
    admin.setAccount({ reportSections });
    response.redirect(303, '/report-settings');
  });
  return router;
}

const settingsPage = (sections: readonly Section[], refused: boolean): string =>
  page(
    'Report settings',
    html`
      <p>These sections stand at the end of every report of this account, beside SMG's own.</p>
      ${sections.map(
        ({ title, text }, index) =>
          html`<section>
            <h2>${title}</h2>
            <p>${text}</p>
            <form method="post" action="/report-settings">
              <input type="hidden" name="remove" value="${index}" />
              <button type="submit" aria-label="Remove ${title}">Remove</button>
            </form>
          </section>`,
      )}
      <h2>Add a section</h2>
      ${refused && html`<div class="alert" role="alert"><p>Give the section a title and a text.</p></div>`}
      <form method="post" action="/report-settings">
        <label class="field" for="title">Title</label>
        <input type="text" id="title" name="title" maxlength="100" required />
        <label class="field" for="text">Text</label>
        <textarea id="text" name="text" rows="4" maxlength="4000" required></textarea>
        <p><button type="submit">Add section</button></p>
      </form>
      <p><a href="/">All applications</a></p>
    `,
  );
