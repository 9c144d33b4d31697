import { describeScope } from '../auth/scopes';
import type { User } from '../model';
import type { OAuthApp } from '../options';
import { selectField } from './form';
import { type Html, html } from './html';
import { barePage } from './layout';

interface ConsentView {
  id: string;
  app: OAuthApp;
  scope: string[];
  users: User[];
  viewer: User | undefined;
}

/** The page that lists what an app asks for, with Accept and Deny. */
export function consentPage({ id, app, scope, users, viewer }: ConsentView): Html {
  const permissions = scope.map((one) => html`<li>${describeScope(one)} <code>${one}</code></li>`);
  return barePage(
    `Authorize ${app.name}`,
    html`<section>
      <p>${app.name} asks for access to your company's Lever account. It wants to:</p>
      ${
        scope.length === 0
          ? html`<p class="off">Nothing that Lever knows of.</p>`
          : html`<ul>
              ${permissions}
            </ul>`
      }
      <p class="soft">
        Only a Super Admin can accept. Access can be taken back at any time under Settings, Authorized Apps.
      </p>
      <form method="post" action="/authorize" class="stack">
        <input type="hidden" name="request" value="${id}" />
        ${selectField({
          id: 'user',
          label: 'Signed in as',
          options: users.map((user) => ({ value: user.id, text: `${user.name} (${user.accessRole})` })),
          selected: viewer?.id,
        })}
        <div>
          <button name="decision" value="accept">Accept</button>
          <button name="decision" value="deny" class="quiet">Deny</button>
        </div>
      </form>
    </section>`,
  );
}

export const messagePage = (title: string, message: string): Html =>
  barePage(title, html`<section><p>${message}</p></section>`);
