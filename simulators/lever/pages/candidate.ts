import type { Opportunity } from '../model';
import { fileStatus } from '../render';
import type { LeverState } from '../state';
import { externalLink, html, type Html, when } from './html';
import { layout, tagList } from './layout';

/** One opportunity: move, archive; tags, links, notes, files, stage history. */
export function candidatePage(state: LeverState, opportunity: Opportunity): Html {
  const contact = state.contact(opportunity.contact);
  return layout(
    { title: contact.name || '(no name)', current: '/', userName: state.superAdmin()?.name },
    html`<div class="columns">
      <div>${summary(state, opportunity)} ${history(state, opportunity)}</div>
      <div>
        <section aria-labelledby="tags">
          <h2 id="tags">Tags</h2>
          ${tagList(opportunity.tags)}
        </section>
        ${list(
          'Links',
          contact.links.map((link) => externalLink(link)),
        )}
        ${list('Notes', notes(state, opportunity))} ${list('Files', files(state, opportunity))}
      </div>
    </div>`,
  );
}

function summary(state: LeverState, opportunity: Opportunity): Html {
  const contact = state.contact(opportunity.contact);
  const posting = opportunity.application && state.postings.get(opportunity.application.posting);
  const stages = state.stages.map(
    (stage) =>
      html`<option value="${stage.id}" ${stage.id === opportunity.stage ? html`selected` : ''}>
        ${stage.text}
      </option>`,
  );
  const action = (name: string) => `/candidates/${opportunity.id}/${name}`;
  return html`<section aria-labelledby="summary">
    <h2 id="summary">Opportunity</h2>
    <p>
      ${contact.emails.join(', ') || 'No e-mail'}<br />
      ${posting ? html`<a href="/postings/${posting.id}">${posting.text}</a>` : 'No posting'}<br />
      Stage: <strong>${state.stage(opportunity.stage).text}</strong><br />
      <span class="soft">ID ${opportunity.id}</span>
    </p>
    <form method="post" action="${action('stage')}" class="row">
      <div>
        <label for="stage">Move to stage</label>
        <select id="stage" name="stage">
          ${stages}
        </select>
      </div>
      <button>Move</button>
    </form>
    ${archiving(state, opportunity, action)}
    <form method="post" action="${action('delete')}" class="row">
      <button class="danger">Delete candidate</button>
    </form>
  </section>`;
}

function archiving(state: LeverState, opportunity: Opportunity, action: (name: string) => string): Html {
  if (opportunity.archived) {
    const reason = state.archiveReason(opportunity.archived.reason).text;
    return html`<form method="post" action="${action('unarchive')}" class="row">
      <p>Archived: <strong>${reason}</strong>, ${when(opportunity.archived.archivedAt)}</p>
      <button class="quiet">Unarchive</button>
    </form>`;
  }
  const reasons = state.archiveReasons.map(
    (reason) => html`<option value="${reason.id}">${reason.text}</option>`,
  );
  return html`<form method="post" action="${action('archive')}" class="row">
    <div>
      <label for="reason">Archive with reason</label>
      <select id="reason" name="reason">
        ${reasons}
      </select>
    </div>
    <button class="quiet">Archive</button>
  </form>`;
}

function history(state: LeverState, opportunity: Opportunity): Html {
  const rows = [...opportunity.stageChanges].reverse().map((change) => {
    const by = change.userId === undefined ? '' : (state.users.get(change.userId)?.name ?? change.userId);
    const stage =
      state.stages.find((candidate) => candidate.id === change.toStageId)?.text ?? change.toStageId;
    return html`${stage} <span class="soft">${when(change.updatedAt)} ${by && html`by ${by}`}</span>`;
  });
  return list('Stage history', rows);
}

function notes(state: LeverState, opportunity: Opportunity): Html[] {
  return [...state.notes(opportunity.id)].reverse().flatMap((note) =>
    note.fields.map((field) => {
      const author = field.user === null ? 'no user' : (state.users.get(field.user)?.name ?? field.user);
      return html`<pre>${field.value}</pre>
        <span class="soft">${author}, ${when(field.createdAt)}</span>`;
    }),
  );
}

function files(state: LeverState, opportunity: Opportunity): Html[] {
  return state
    .files(opportunity.id)
    .map(
      (file) =>
        html`<a href="/candidates/${opportunity.id}/files/${file.id}">${file.name}</a>
          <span class="soft"
            >${file.content.length} bytes, ${fileStatus(state, file)}, ${when(file.uploadedAt)}</span
          >`,
    );
}

function list(title: string, items: Html[]): Html {
  const id = title.toLowerCase().replace(' ', '-');
  return html`<section aria-labelledby="${id}">
    <h2 id="${id}">${title}</h2>
    ${
      items.length === 0
        ? html`<p class="soft">None</p>`
        : html`<ul class="plain">
            ${items.map((item) => html`<li>${item}</li>`)}
          </ul>`
    }
  </section>`;
}
