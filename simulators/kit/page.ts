import type { Router } from 'express';
import express from 'express';
import type { Html } from './html';
import { html } from './html';

export type Page = (title: string, body: Html) => string;

/** Makes the whole pages of one simulated vendor: every page has this head, header and main part. */
export const pageOf =
  (brand: string): Page =>
  (title, body) =>
    html`<!doctype html>
      <html lang="en">
        <head>
          <meta charset="utf-8" />
          <meta name="viewport" content="width=device-width, initial-scale=1" />
          <title>${title} · ${brand} (simulated)</title>
          <link rel="stylesheet" href="/style.css" />
        </head>
        <body>
          <a class="skip" href="#main">Skip to content</a>
          <header><strong>${brand}</strong> <span>simulated</span></header>
          <main id="main">
            <h1>${title}</h1>
            ${body}
          </main>
        </body>
      </html>`.text;

/** The pages' own stylesheet, and headers that let them do nothing but show themselves and send their forms. */
export function pageFrame(): Router {
  const router = express.Router();
  router.use((_request, response, next) => {
    response.set({
      'content-security-policy': "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'",
      'referrer-policy': 'no-referrer',
    });
    next();
  });
  router.get('/style.css', (_request, response) => void response.type('css').send(styleSheet));
  return router;
}

/** Rows under headings, or one sentence when there are none. */
export const table = (
  headings: readonly string[],
  rows: readonly (readonly (Html | string)[])[],
  none: string,
): Html =>
  rows.length === 0
    ? html`<p>${none}</p>`
    : html`<div class="wide">
        <table>
          <thead>
            <tr>
              ${headings.map((heading) => html`<th scope="col">${heading}</th>`)}
            </tr>
          </thead>
          <tbody>
            ${rows.map(
              (cells) =>
                html`<tr>
                  ${cells.map((cell) => html`<td>${cell}</td>`)}
                </tr>`,
            )}
          </tbody>
        </table>
      </div>`;

/** `2026-01-31 14:05 UTC` */
export const readable = (iso: string): string => `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`;

const styleSheet = `
:root { color-scheme: light dark; --line: #8886; --accent: #0b57a4; --bad: #b3261e }
@media (prefers-color-scheme: dark) { :root { --accent: #8ab8ff; --bad: #ff8a80 } }
* { box-sizing: border-box }
body { margin: 0; font: 1rem/1.55 system-ui, sans-serif }
header { padding: .75rem 1.25rem; border-bottom: 1px solid var(--line) }
header span { opacity: .75 }
main { max-width: 52rem; margin: 0 auto; padding: 1rem 1.25rem 4rem }
a { color: var(--accent) }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px }
.skip { position: absolute; left: -99rem }
.skip:focus { left: 1rem; top: .5rem }
table { border-collapse: collapse; width: 100% }
th, td { text-align: left; padding: .4rem .6rem; border-bottom: 1px solid var(--line); vertical-align: top }
.wide { overflow-x: auto }
fieldset { border: 1px solid var(--line); border-radius: .4rem; margin: 0 0 1rem; padding: .75rem 1rem }
legend { font-weight: 600; padding: 0 .3rem }
.choice { display: block; padding: .15rem 0 }
input[type=text], input[type=email], textarea, select { font: inherit; padding: .4rem .5rem; width: 100%; max-width: 32rem }
label.field { display: block; font-weight: 600; margin: .75rem 0 .2rem }
select { width: auto }
button { font: inherit; padding: .5rem 1.2rem; border: 0; border-radius: .4rem; background: var(--accent); color: Canvas; cursor: pointer }
meter { width: 100%; min-width: 6rem }
.alert { border: 2px solid var(--bad); border-radius: .4rem; padding: .5rem 1rem; margin-bottom: 1rem }
.error { color: var(--bad); font-weight: 600 }
.verdict { font-size: 1.3rem; font-weight: 600 }
section { margin-top: 2rem }
`;
