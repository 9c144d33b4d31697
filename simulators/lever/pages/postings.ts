import type { Posting } from '../model';
import { inputField, section, selectField, table, tagList } from './form';
import { type Html, html } from './html';
import { layout } from './layout';
import type { Visit } from './visit';

export function postingsPage(visit: Visit): Html {
  const rows = [...visit.state.postings.values()].map(
    (posting) =>
      html`<tr>
        <td><a href="/postings/${posting.id}">${posting.text}</a></td>
        <td>${posting.categories.location}</td>
        <td>${posting.state}</td>
        <td>${tagList(posting.tags)}</td>
      </tr>`,
  );
  const managers = [
    { value: '', text: 'Nobody' },
    ...[...visit.state.users.values()].map(({ id, name }) => ({ value: id, text: name })),
  ];
  return layout(
    visit,
    { title: 'Postings', current: '/postings' },
    html`<section>${table(['Title', 'Location', 'State', 'Tags'], rows)}</section>
      ${section(
        'New posting',
        html`<form method="post" action="/postings" class="stack">
          ${inputField({ id: 'text', label: 'Title' })}
          ${inputField({ id: 'location', label: 'Location', value: 'Lyon' })}
          ${inputField({ id: 'team', label: 'Team', value: 'Sales' })}
          ${selectField({
            id: 'distribution',
            label: 'Distribution',
            options: [
              { value: 'internal,public', text: 'Internal and public job site' },
              { value: 'internal', text: 'Internal job site' },
              { value: 'public', text: 'Public job site' },
            ],
          })}
          ${selectField({ id: 'hiringManager', label: 'Hiring manager', options: managers })} ${tagsField([])}
          <div><button>Done</button></div>
        </form>`,
      )}`,
  );
}

/** The job id stands in this page's address, where integrations tell people to copy it from. */
export function postingPage(visit: Visit, posting: Posting): Html {
  const { department, team, location, commitment } = posting.categories;
  return layout(
    visit,
    { title: posting.text, current: '/postings' },
    html`<section>
      <p>
        ${department}, ${team}, ${location}, ${commitment}<br />
        ${posting.hiringManager && html`Hiring manager: ${managerName(visit, posting)}<br />`}
        <span class="soft">${posting.state}, job ID ${posting.id}</span>
      </p>
      <form method="post" action="/postings/${posting.id}" class="stack">
        ${inputField({ id: 'text', label: 'Title', value: posting.text })} ${tagsField(posting.tags)}
        <div><button>Done</button></div>
      </form>
    </section>`,
  );
}

const managerName = ({ state }: Visit, { hiringManager }: Posting): string =>
  state.users.get(hiringManager ?? '')?.name ?? '';

const tagsField = (tags: readonly string[]): Html =>
  inputField({ id: 'tags', label: 'Tags, separated by commas', value: tags.join(', '), required: false });
