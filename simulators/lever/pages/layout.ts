import { selectField } from './form';
import { type Html, html } from './html';
import type { Visit } from './visit';

const NAVIGATION = [
  ['/', 'Candidates'],
  ['/candidates/new', 'Add candidate'],
  ['/postings', 'Postings'],
  ['/settings/pipeline', 'Pipeline and archive reasons'],
  ['/settings/integrations', 'Integrations and API'],
  ['/settings/authorized-apps', 'Authorized Apps'],
  ['/settings/roles', 'Roles'],
] as const;

interface Frame {
  title: string;
  /** Address of the navigation entry the page belongs to. */
  current: (typeof NAVIGATION)[number][0];
}

/** A page inside the account: navigation, and the choice of whom one looks at it as. */
export function layout(visit: Visit, { title, current }: Frame, body: Html): Html {
  const links = NAVIGATION.map(
    ([href, text]) =>
      html`<a href="${href}" ${href === current ? html`aria-current="page"` : ''}>${text}</a>`,
  );
  return document(title, html`${links} ${viewerChoice(visit)}`, body);
}

/** A page outside the account (consent, messages): no navigation. */
export const barePage = (title: string, body: Html): Html => document(title, html``, body);

function viewerChoice({ state, viewer, path }: Visit): Html {
  if (viewer === undefined) return html``;
  const users = [...state.users.values()].filter((user) => user.deactivatedAt === null);
  return html`<form method="post" action="/viewer" class="user">
    <input type="hidden" name="back" value="${path}" />
    ${selectField({
      id: 'viewer',
      label: 'Look as',
      options: users.map((user) => ({ value: user.id, text: `${user.name} (${user.accessRole})` })),
      selected: viewer.id,
    })}
    <button>Change</button>
  </form>`;
}

const document = (title: string, navigation: Html, body: Html): Html =>
  html`<html lang="en">
    <head>
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <title>${title} · Simulated Lever</title>
      <link rel="stylesheet" href="/style.css" />
    </head>
    <body>
      <header>
        <nav aria-label="Main"><strong>Simulated Lever</strong> ${navigation}</nav>
      </header>
      <main>
        <h1>${title}</h1>
        ${body}
      </main>
    </body>
  </html>`;
