import { describeScope } from '../auth/scopes';
import type { User } from '../model';
import type { OAuthApp } from '../options';
import { html, type Html } from './html';
import { layout } from './layout';

/** The page that lists what an app asks for, with Accept and Deny. */
export function consentPage(request: { id: string; app: OAuthApp; scope: string[]; users: User[] }): Html {
  const users = request.users.map(
    (user) => html`<option value="${user.id}">${user.name} (${user.accessRole})</option>`,
  );
  const permissions = request.scope.map(
    (scope) => html`<li>${describeScope(scope)} <code>${scope}</code></li>`,
  );
  return layout(
    { title: `Authorize ${request.app.name}` },
    html`<section>
      <p>${request.app.name} asks for access to your company's Lever account. It wants to:</p>
      <ul>
        ${permissions}
      </ul>
      <form method="post" action="/authorize" class="stack">
        <input type="hidden" name="request" value="${request.id}" />
        <div>
          <label for="user">Signed in as</label>
          <select id="user" name="user">
            ${users}
          </select>
        </div>
        <div>
          <button name="decision" value="accept">Accept</button>
          <button name="decision" value="deny" class="quiet">Deny</button>
        </div>
      </form>
    </section>`,
  );
}

export const messagePage = (title: string, message: string): Html =>
  layout({ title }, html`<section><p>${message}</p></section>`);
