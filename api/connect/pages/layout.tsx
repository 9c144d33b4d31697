import type { ComponentChildren, VNode } from 'preact';
import { renderToString } from 'preact-render-to-string';

export interface Frame {
  title: string;
  /** What stands before `/connect` in the path of the hub's public address; mostly empty. */
  base: string;
}

/** A whole page as text. The pages need no script, and their only style sheet is ours. */
export function renderPage({ title, base }: Frame, content: ComponentChildren): string {
  const page: VNode = (
    <html lang="en">
      <head>
        <meta charSet="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex" />
        <title>{title}</title>
        <link rel="stylesheet" href={`${base}/connect/style.css`} />
      </head>
      <body>
        <header>Fulcrum</header>
        <main>
          <h1>{title}</h1>
          {content}
        </main>
        <footer>Fulcrum connects Lever with vendors of assessments and interviews.</footer>
      </body>
    </html>
  );
  return `<!doctype html>${renderToString(page)}`;
}

/** Goes to Lever when a person presses it: fetching a page ahead of time must not begin anything. */
export const ContinueForm = ({ base, ticket, label }: { base: string; ticket: string; label: string }) => (
  <form method="post" action={`${base}/connect/continue`}>
    <input type="hidden" name="ticket" value={ticket} />
    <button type="submit">{label}</button>
  </form>
);
