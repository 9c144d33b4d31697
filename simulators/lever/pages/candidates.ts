import type { Opportunity } from '../model';
import type { LeverState } from '../state';
import { inputField, selectField } from './form';
import { type Html, html, when } from './html';
import { layout } from './layout';
import type { Visit } from './visit';

/** More than a person reads in one column. */
const SHOWN_PER_STAGE = 50;

/** Everybody, by stage in pipeline order; archived candidates apart. */
export function candidatesPage(visit: Visit): Html {
  const { state } = visit;
  const all = [...state.opportunities.values()].sort((a, b) => b.lastAdvancedAt - a.lastAdvancedAt);
  const archived = all.filter((o) => o.archived);
  const columns = state.stages.map((stage) => {
    const here = all.filter((o) => o.stage === stage.id && !o.archived);
    return column(state, stage.text, here);
  });
  return layout(
    visit,
    { title: 'Candidates', current: '/' },
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

/** The form to add a candidate by hand: name, e-mail, job, stage. */
export function newCandidatePage(visit: Visit, fault?: string): Html {
  const { state } = visit;
  const postings = [...state.postings.values()].map(({ id, text }) => ({ value: id, text }));
  return layout(
    visit,
    { title: 'Add candidate', current: '/candidates/new' },
    html`<section>
      ${fault === undefined ? '' : html`<p role="alert" class="off">${fault}</p>`}
      <form method="post" action="/candidates" class="stack">
        ${inputField({ id: 'name', label: 'Name' })}
        ${inputField({ id: 'email', label: 'E-mail', type: 'email' })}
        ${selectField({ id: 'posting', label: 'Posting', options: postings })}
        ${selectField({ id: 'stage', label: 'Stage', options: stageOptions(state), selected: 'applicant-new' })}
        <div><button>Add candidate</button></div>
      </form>
    </section>`,
  );
}

export const stageOptions = (state: LeverState) => state.stages.map(({ id, text }) => ({ value: id, text }));
