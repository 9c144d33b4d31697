import type { Html } from '../kit/html';
import { html } from '../kit/html';

/** The people who work with the customer's account at Jobma; whoever opens a page says who they are where it matters. */
const members = [
  { id: 'admin', name: 'Alex Admin', isAdmin: true },
  { id: 'member', name: 'Toni Team', isAdmin: false },
] as const;

export const mayIntegrate = (id: unknown): boolean =>
  members.some((member) => member.id === id && member.isAdmin);

export const signedInAs = (): Html =>
  html`<label class="field" for="user">Signed in as</label>
    <select id="user" name="user">
      ${members.map(
        ({ id, name, isAdmin }) =>
          html`<option value="${id}">${name} (${isAdmin ? 'admin' : 'team member'})</option>`,
      )}
    </select>`;
