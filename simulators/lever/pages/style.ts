/** The one style sheet of the pages. */
export const STYLE = `
:root { color-scheme: light; --ink: #1f2a37; --soft: #5b6777; --line: #d5dbe3; --accent: #0b5cad; --back: #f5f7fa; }
* { box-sizing: border-box; }
body { margin: 0; background: var(--back); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
header { background: #12263f; color: #fff; }
header nav { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; align-items: baseline; padding: .75rem 1.25rem; }
header a { color: #fff; }
header strong { margin-right: .5rem; }
header .user { display: flex; gap: .4rem; align-items: baseline; margin-left: auto; font-size: .9rem; }
header .user div { display: flex; gap: .4rem; align-items: baseline; }
header label { color: #cfd9e6; }
header select, header button { padding: .15rem .5rem; }
nav a[aria-current] { font-weight: 600; text-underline-offset: .3em; text-decoration-thickness: 2px; }
main { max-width: 76rem; margin: 0 auto; padding: 1.25rem; }
h1 { font-size: 1.5rem; margin: 0 0 1rem; }
h2 { font-size: 1.1rem; margin: 0 0 .5rem; }
a { color: var(--accent); }
section, .card { background: #fff; border: 1px solid var(--line); border-radius: .5rem; padding: 1rem; margin-bottom: 1rem; }
.board { display: grid; grid-template-columns: repeat(auto-fill, minmax(14rem, 1fr)); gap: 1rem; align-items: start; }
.board section { margin: 0; }
.columns { display: grid; grid-template-columns: repeat(auto-fit, minmax(20rem, 1fr)); gap: 1rem; align-items: start; }
ul.plain { list-style: none; margin: 0; padding: 0; }
ul.plain > li { padding: .35rem 0; border-top: 1px solid var(--line); overflow-wrap: anywhere; }
ul.plain > li:first-child { border-top: 0; }
ul.tags { list-style: none; display: flex; flex-wrap: wrap; gap: .35rem; margin: 0; padding: 0; }
ul.tags li { display: flex; gap: .25rem; background: #e6eef7; border-radius: 1rem; padding: .05rem .7rem; font-size: .9rem; }
ul.tags + form, ul.plain + form { margin-top: .75rem; }
.soft { color: var(--soft); font-size: .9rem; }
pre, code { font-size: .85rem; overflow-wrap: anywhere; white-space: pre-wrap; margin: 0; }
table { width: 100%; border-collapse: collapse; }
.scroll { overflow-x: auto; }
th, td { text-align: left; vertical-align: top; padding: .4rem .6rem .4rem 0; border-top: 1px solid var(--line); }
form.row { display: flex; flex-wrap: wrap; gap: .5rem; align-items: end; }
label { display: block; font-size: .9rem; color: var(--soft); }
input, select, textarea { font: inherit; padding: .35rem .5rem; border: 1px solid #8994a3; border-radius: .3rem; max-width: 100%; }
form.stack { display: grid; gap: .75rem; max-width: 32rem; }
form.stack input, form.stack select, form.stack textarea { width: 100%; }
[role=note] { color: var(--soft); }
section > form + form, section > p + form { margin-top: .75rem; }
input[type=url] { min-width: 24rem; }
button { font: inherit; padding: .35rem .9rem; border: 1px solid var(--accent); border-radius: .3rem; background: var(--accent); color: #fff; cursor: pointer; }
button.quiet { background: #fff; color: var(--accent); }
button.bare { border: 0; background: none; color: var(--soft); padding: 0 .2rem; }
button.danger { background: #fff; color: #a12622; border-color: #a12622; }
:focus-visible { outline: 3px solid #f0a500; outline-offset: 2px; }
.on { color: #1c6b3c; font-weight: 600; }
.off { color: #a12622; font-weight: 600; }
`;
