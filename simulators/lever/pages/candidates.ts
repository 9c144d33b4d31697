import type { Opportunity } from '../model';
import type { LeverState } from '../state';
import { html, type Html, when } from './html';
import { layout } from './layout';

/** More than a person reads in one column. */
const SHOWN_PER_STAGE = 50;

/** Everybody, by stage in pipeline order; archived candidates apart. */
export function candidatesPage(state: LeverState): Html {
  const all = [...state.opportunities.values()].sort((a, b) => b.lastAdvancedAt - a.lastAdvancedAt);
  const columns = state.stages.map((stage) =>
    column(
      state,
      stage.text,
      all.filter((o) => o.stage === stage.id && !o.archived),
    ),
  );
  const archived = all.filter((o) => o.archived);
  return layout(
    { title: 'Candidates', current: '/', userName: state.superAdmin()?.name },
    html`<div class="board">
      ${columns} ${archived.length > 0 ? column(state, 'Archived', archived) : ''}
    </div>`,
  );
}

function column(state: LeverState, title: string, opportunities: Opportunity[]): Html {
  const shown = opportunities.slice(0, SHOWN_PER_STAGE);
  const more = opportunities.length - shown.length;
  return html`<section>
    <h2>${title} <span class="soft">(${opportunities.length})</span></h2>
    <ul class="plain">
      ${shown.map((opportunity) => card(state, opportunity))}
    </ul>
    ${more > 0 ? html`<p class="soft">and ${more} more</p>` : ''}
  </section>`;
}

function card(state: LeverState, opportunity: Opportunity): Html {
  const posting = opportunity.application && state.postings.get(opportunity.application.posting);
  return html`<li>
    <a href="/candidates/${opportunity.id}">${state.contact(opportunity.contact).name || '(no name)'}</a>
    <div class="soft">${posting?.text ?? 'No posting'} · ${when(opportunity.lastAdvancedAt)}</div>
  </li>`;
}

/** The form to add a candidate by hand: name, e-mail, job. */
export function newCandidatePage(state: LeverState, fault?: string): Html {
  const postings = [...state.postings.values()].map((p) => html`<option value="${p.id}">${p.text}</option>`);
  const stages = state.stages.map(
    (stage) =>
      html`<option value="${stage.id}" ${stage.id === 'applicant-new' ? html`selected` : ''}>
        ${stage.text}
      </option>`,
  );
  return layout(
    { title: 'Add candidate', current: '/candidates/new', userName: state.superAdmin()?.name },
    html`<section>
      ${fault === undefined ? '' : html`<p role="alert" class="off">${fault}</p>`}
      <form method="post" action="/candidates" class="stack">
        <div><label for="name">Name</label><input id="name" name="name" required autocomplete="off" /></div>
        <div>
          <label for="email">E-mail</label>
          <input id="email" name="email" type="email" required autocomplete="off" />
        </div>
        <div>
          <label for="posting">Posting</label>
          <select id="posting" name="posting">
            ${postings}
          </select>
        </div>
        <div>
          <label for="stage">Stage</label>
          <select id="stage" name="stage">
            ${stages}
          </select>
        </div>
        <div><button>Add candidate</button></div>
      </form>
    </section>`,
  );
}
