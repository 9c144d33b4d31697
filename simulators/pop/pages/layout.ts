import { html } from './html';
import type { Html } from './html';

/** A whole page: every page of the simulator has this head, header and main part. */
export function page(title: string, body: Html): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title} · POP Engine (simulated)</title>
        <link rel="stylesheet" href="/style.css" />
      </head>
      <body>
        <a class="skip" href="#main">Skip to content</a>
        <header><strong>POP Engine</strong> <span>simulated</span></header>
        <main id="main">
          <h1>${title}</h1>
          ${body}
        </main>
      </body>
    </html>`.text;
}

export const styleSheet = `
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
