import { randomUUID } from 'node:crypto';
import { type Request, Router } from 'express';
import { z } from 'zod';
import { may, type Permission, permissions, roles } from '../roles';
import { parseBody } from '../routes/query';
import { inputField, plainList, section, table } from './form';
import { type Html, html, sendPage } from './html';
import { layout } from './layout';
import { requirePermission } from './viewer';
import { type PageParts, type Visit, visitOf } from './visit';

const PIPELINE = '/settings/pipeline';
const newStage = z.object({ text: z.string().trim().min(1) });

/** Settings > Pipeline and archive reasons, and the roles with what they may do. */
export function pipelineRoutes({ state }: PageParts): Router {
  const router = Router();
  router.get(PIPELINE, (req, res) => sendPage(res, 200, pipelinePage(visitOf(req, state))));
  router.post(`${PIPELINE}/stages`, (req: Request, res) => {
    requirePermission(req, state, 'manage pipeline stages');
    const { text } = parseBody(newStage, req);
    // In front of the offer, which stays last.
    const at = state.stages.findIndex(({ id }) => id === 'offer');
    const index = at === -1 ? state.stages.length : at;
    const rank = (state.stages[index - 1]?.rank ?? 100) + 0.5;
    state.stages.splice(index, 0, { id: randomUUID(), text, rank });
    res.redirect(303, PIPELINE);
  });
  router.get('/settings/roles', (req, res) => sendPage(res, 200, rolesPage(visitOf(req, state))));
  return router;
}

function pipelinePage(visit: Visit): Html {
  const stages = visit.state.stages.map(
    ({ id, text }) =>
      html`${text}
        <details>
          <summary>Reveal Stage ID</summary>
          <code>${id}</code>
        </details>`,
  );
  const reasons = visit.state.archiveReasons.map(({ text, type }) => html`${text} (${type})`);
  return layout(
    visit,
    { title: 'Pipeline and archive reasons', current: PIPELINE },
    html`${section('Stages', plainList(stages))}
    ${may(visit.viewer, 'manage pipeline stages') ? addStage() : ''}
    ${section('Archive reasons', plainList(reasons))}`,
  );
}

const addStage = (): Html =>
  section(
    'Add a stage',
    html`<form method="post" action="${PIPELINE}/stages" class="row">
      ${inputField({ id: 'text', label: 'Name' })}<button>Add</button>
    </form>`,
  );

function rolesPage(visit: Visit): Html {
  const names = Object.keys(permissions) as Permission[];
  const rows = roles.map((role) => {
    const cells = names.map((name) => {
      const holders: readonly string[] = permissions[name];
      return html`<td>${holders.includes(role) ? 'yes' : 'no'}</td>`;
    });
    return html`<tr>
      <th scope="row">${role}</th>
      ${cells}
    </tr>`;
  });
  return layout(
    visit,
    { title: 'Roles and permissions', current: '/settings/roles' },
    html`<section>${table(['Role', ...names], rows)}</section>`,
  );
}
