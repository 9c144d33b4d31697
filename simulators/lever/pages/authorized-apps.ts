import type { Grant } from '../auth/oauth-server';
import { describeScope } from '../auth/scopes';
import type { LeverState } from '../state';
import { html, type Html, when } from './html';
import { layout } from './layout';

/** Authorized Apps, with Revoke access. */
export function authorizedAppsPage(state: LeverState, grants: Grant[]): Html {
  const items = grants.map(
    (grant) =>
      html`<section>
        <h2>${grant.app.name}</h2>
        <p class="soft">
          Authorized by ${state.users.get(grant.userId)?.name ?? grant.userId}, ${when(grant.grantedAt)}
        </p>
        <ul>
          ${grant.scope.map((scope) => html`<li>${describeScope(scope)}</li>`)}
        </ul>
        ${
          grant.revokedAt === null
            ? html`<form method="post" action="/settings/authorized-apps/${grant.id}/revoke">
                <button class="danger" aria-label="Revoke access of ${grant.app.name}">Revoke access</button>
              </form>`
            : html`<p class="off">Revoked, ${when(grant.revokedAt)}</p>`
        }
      </section>`,
  );
  return layout(
    { title: 'Authorized Apps', current: '/settings/authorized-apps', userName: state.superAdmin()?.name },
    items.length > 0 ? html`${items}` : html`<section><p>No app has access.</p></section>`,
  );
}
