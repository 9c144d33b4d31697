import { html, type Html } from './html';

const NAVIGATION = [
  ['/', 'Candidates'],
  ['/candidates/new', 'Add candidate'],
  ['/postings', 'Postings'],
  ['/settings/integrations', 'Integrations and API'],
  ['/settings/authorized-apps', 'Authorized Apps'],
] as const;

interface Frame {
  title: string;
  /** Address of the navigation entry the page belongs to; absent on pages without navigation. */
  current?: (typeof NAVIGATION)[number][0];
  userName?: string | undefined;
}

export function layout({ title, current, userName }: Frame, body: Html): Html {
  const links = NAVIGATION.map(
    ([href, text]) =>
      html`<a href="${href}" ${href === current ? html`aria-current="page"` : ''}>${text}</a>`,
  );
  return html`<html lang="en">
    <head>
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <title>${title} · Simulated Lever</title>
      <link rel="stylesheet" href="/style.css" />
    </head>
    <body>
      <header>
        <nav aria-label="Main">
          <strong>Simulated Lever</strong>
          ${current === undefined ? '' : links}
          ${userName === undefined ? '' : html`<span class="user">Signed in as ${userName}</span>`}
        </nav>
      </header>
      <main>
        <h1>${title}</h1>
        ${body}
      </main>
    </body>
  </html>`;
}

export const tagList = (tags: readonly string[]): Html =>
  tags.length === 0
    ? html`<p class="soft">None</p>`
    : html`<ul class="tags">
        ${tags.map((tag) => html`<li>${tag}</li>`)}
      </ul>`;
