import type { Opportunity, StoredFile } from '../model';
import { fileStatus } from '../render-files';
import type { LeverState } from '../state';
import { stageOptions } from './candidates';
import { canPreview } from './file-preview';
import { buttonForm, inputField, plainList, section, selectField } from './form';
import { externalLink, type Html, html, when } from './html';
import { layout } from './layout';
import type { Visit } from './visit';

/** One opportunity: move, archive, hire, delete; tags, links, notes, files, stage history. */
export function candidatePage(visit: Visit, opportunity: Opportunity): Html {
  const { state } = visit;
  const contact = state.contact(opportunity.contact);
  const links = contact.links.map((link) => externalLink(link));
  const files = state.files(opportunity.id).map((file) => fileLine(state, opportunity, file));
  return layout(
    visit,
    { title: contact.name || '(no name)', current: '/' },
    html`<div class="columns">
      <div>
        ${section('Opportunity', summary(state, opportunity))}
        ${section('Stage history', plainList(history(state, opportunity)))}
      </div>
      <div>
        ${section('Tags', tags(opportunity))} ${section('Links', plainList(links))}
        ${section('Notes', html`${plainList(notes(state, opportunity))} ${newNote(opportunity)}`)}
        ${section('Files', plainList(files))}
      </div>
    </div>`,
  );
}

const actionOf = (opportunity: Opportunity, name: string) => `/candidates/${opportunity.id}/${name}`;

function summary(state: LeverState, opportunity: Opportunity): Html {
  const contact = state.contact(opportunity.contact);
  const posting = opportunity.application && state.postings.get(opportunity.application.posting);
  return html`<p>
      ${contact.emails.join(', ') || 'No e-mail'}<br />
      ${posting ? html`<a href="/postings/${posting.id}">${posting.text}</a>` : 'No posting'}<br />
      Stage: <strong>${state.stage(opportunity.stage).text}</strong><br />
      <span class="soft">ID ${opportunity.id}</span>
    </p>
    <form method="post" action="${actionOf(opportunity, 'stage')}" class="row">
      ${selectField({
        id: 'stage',
        label: 'Move to stage',
        options: stageOptions(state),
        selected: opportunity.stage,
      })}
      <button>Move</button>
    </form>
    ${archiving(state, opportunity)}
    ${buttonForm(actionOf(opportunity, 'delete'), 'Delete candidate', undefined, 'danger')}`;
}

function archiving(state: LeverState, opportunity: Opportunity): Html {
  if (opportunity.archived) {
    const reason = state.archiveReason(opportunity.archived.reason).text;
    return html`<p>Archived: <strong>${reason}</strong>, ${when(opportunity.archived.archivedAt)}</p>
      ${buttonForm(actionOf(opportunity, 'unarchive'), 'Unarchive')}`;
  }
  const reasons = (type: string) =>
    state.archiveReasons
      .filter((reason) => reason.type === type && reason.status === 'active')
      .map(({ id, text }) => ({ value: id, text }));
  return html`<form method="post" action="${actionOf(opportunity, 'archive')}" class="row">
      ${selectField({ id: 'reason', label: 'Archive with reason', options: reasons('non-hired') })}
      <button class="quiet">Archive</button>
    </form>
    ${reasons('hired').map(
      ({ value, text }) =>
        html`<form method="post" action="${actionOf(opportunity, 'archive')}" class="row">
          <input type="hidden" name="reason" value="${value}" />
          <button class="quiet">Mark as ${text.toLowerCase()}</button>
        </form>`,
    )}`;
}

function history(state: LeverState, opportunity: Opportunity): Html[] {
  return [...opportunity.stageChanges].reverse().map((change) => {
    const by = change.userId === undefined ? '' : (state.users.get(change.userId)?.name ?? change.userId);
    const stage =
      state.stages.find((candidate) => candidate.id === change.toStageId)?.text ?? change.toStageId;
    return html`${stage} <span class="soft">${when(change.updatedAt)} ${by && html`by ${by}`}</span>`;
  });
}

function tags(opportunity: Opportunity): Html {
  const items = opportunity.tags.map(
    (tag) =>
      html`<li>
        ${tag}
        <form method="post" action="${actionOf(opportunity, 'tags')}">
          <input type="hidden" name="remove" value="${tag}" />
          <button class="bare" aria-label="Remove tag ${tag}">×</button>
        </form>
      </li>`,
  );
  return html`<ul class="tags">
      ${items}
    </ul>
    <form method="post" action="${actionOf(opportunity, 'tags')}" class="row">
      ${inputField({ id: 'add', label: 'Add a tag' })}<button class="quiet">Add</button>
    </form>`;
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

const newNote = (opportunity: Opportunity): Html =>
  html`<form method="post" action="${actionOf(opportunity, 'notes')}" class="stack">
    <div>
      <label for="value">Write a note</label><textarea id="value" name="value" rows="2" required></textarea>
    </div>
    <div><button class="quiet">Add note</button></div>
  </form>`;

function fileLine(state: LeverState, opportunity: Opportunity, file: StoredFile): Html {
  const href = `/candidates/${opportunity.id}/files/${file.id}`;
  const status = fileStatus(state, file) ?? 'no status';
  return html`<a href="${href}">${file.name}</a>
    <span class="soft"
      >${canPreview(file) ? 'preview' : 'download'}, ${file.content.length} bytes, ${status},
      ${when(file.uploadedAt)}</span
    >`;
}
