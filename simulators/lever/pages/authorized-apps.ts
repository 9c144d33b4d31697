import type { Grant } from '../auth/grant';
import { describeScope } from '../auth/scopes';
import { buttonForm, section } from './form';
import { type Html, html, when } from './html';
import { layout } from './layout';
import { isSuperAdmin } from './viewer';
import type { Visit } from './visit';

/** Authorized Apps: each app once, with what it was last granted and Revoke access. */
export function authorizedAppsPage(visit: Visit, grants: Grant[]): Html {
  const latest = new Map<string, Grant>();
  for (const grant of grants) {
    const known = latest.get(grant.app.clientId);
    if (known?.revokedAt !== null || grant.revokedAt === null) latest.set(grant.app.clientId, grant);
  }
  const apps = [...latest.values()].map((grant) => section(grant.app.name, appEntry(visit, grant)));
  return layout(
    visit,
    { title: 'Authorized Apps', current: '/settings/authorized-apps' },
    apps.length > 0 ? html`${apps}` : html`<section><p>No app has access.</p></section>`,
  );
}

function appEntry({ state, viewer }: Visit, grant: Grant): Html {
  const by = state.users.get(grant.userId)?.name ?? grant.userId;
  return html`<p class="soft">Authorized by ${by}, ${when(grant.grantedAt)}</p>
    <ul>
      ${grant.scope.map((scope) => html`<li>${describeScope(scope)}</li>`)}
    </ul>
    ${end(grant, isSuperAdmin(viewer))}`;
}

function end(grant: Grant, mayRevoke: boolean): Html {
  if (grant.revokedAt !== null) return html`<p class="off">Revoked, ${when(grant.revokedAt)}</p>`;
  if (!mayRevoke) return html`<p class="soft">Only a Super Admin can revoke access.</p>`;
  const action = `/settings/authorized-apps/${grant.id}/revoke`;
  return buttonForm(action, 'Revoke access', `Revoke access of ${grant.app.name}`, 'danger');
}
