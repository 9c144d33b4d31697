/** The one style sheet of the connect pages; text in a module, because only modules are part of a build. */
export const connectStyle = `
:root {
  color-scheme: light dark;
  --ink: #1b2430; --soft: #566173; --line: #d9dfe7; --accent: #0a5a9c; --on-accent: #fff;
  --back: #f3f5f8; --card: #fff; --good: #17693a; --warn: #8a4b00; --warn-back: #fff6e5;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ink: #e8ecf2; --soft: #a9b4c3; --line: #37414f; --accent: #7db8ee; --on-accent: #0b1826;
    --back: #12171e; --card: #1b222c; --good: #7fd6a2; --warn: #f0b866; --warn-back: #33280f;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--back); color: var(--ink); font: 1.0625rem/1.55 system-ui, sans-serif; }
header, main, footer { max-width: 42rem; margin: 0 auto; padding: 0 1.25rem; }
header { padding-top: 1.5rem; color: var(--soft); font-weight: 600; }
main { margin-top: 1rem; padding: 1.75rem; background: var(--card); border: 1px solid var(--line); border-radius: .75rem; }
footer { padding-top: 1rem; padding-bottom: 2rem; color: var(--soft); font-size: .9rem; }
h1 { margin: 0 0 .75rem; font-size: 1.6rem; line-height: 1.25; text-wrap: balance; overflow-wrap: anywhere; }
h2 { margin: 1.75rem 0 .5rem; font-size: 1.1rem; }
p { margin: 0 0 .9rem; overflow-wrap: anywhere; }
a { color: var(--accent); }
code { font-size: .82em; color: var(--soft); overflow-wrap: anywhere; }
dl.facts { display: grid; grid-template-columns: max-content 1fr; gap: .3rem 1.25rem; margin: 0 0 1rem; }
dl.facts dt { color: var(--soft); }
dl.facts dd { margin: 0; overflow-wrap: anywhere; }
ul.permissions { margin: 0; padding: 0; list-style: none; border-top: 1px solid var(--line); }
ul.permissions li { padding: .65rem 0; border-bottom: 1px solid var(--line); }
ul.permissions code { display: block; margin-top: .1rem; }
ol.todo { margin: 0; padding-left: 1.4rem; }
ol.todo li { padding: .3rem 0; overflow-wrap: anywhere; }
.warn { margin: 1rem 0; padding: .75rem 1rem; border-left: .3rem solid var(--warn); border-radius: .25rem; background: var(--warn-back); }
.warn p:last-child { margin: 0; }
.done { color: var(--good); font-weight: 600; }
p.end { margin: 1.25rem 0 0; }
.soft { color: var(--soft); font-size: .95rem; }
form { margin: 1.5rem 0 .5rem; }
label { display: block; font-weight: 600; }
input[type='text'] {
  width: 100%; max-width: 20rem; margin: .3rem 0 1rem; padding: .6rem .75rem; font: inherit; letter-spacing: .08em;
  color: inherit; background: var(--card); border: 1px solid var(--soft); border-radius: .4rem;
}
button {
  font: inherit; font-weight: 600; padding: .7rem 1.5rem; border: 0; border-radius: .4rem;
  background: var(--accent); color: var(--on-accent); cursor: pointer;
}
button:hover { filter: brightness(1.08); }
:focus-visible { outline: 3px solid #e08a00; outline-offset: 2px; }
@media (max-width: 32rem) {
  header { padding-top: 1rem; }
  main { padding: 1.25rem; border-width: 1px 0; border-radius: 0; }
  dl.facts { grid-template-columns: 1fr; gap: 0; }
  dl.facts dd { margin-bottom: .5rem; }
  button, input[type='text'] { width: 100%; max-width: none; }
}
`;
