import type { Posting } from '../model';
import type { LeverState } from '../state';
import { html, type Html } from './html';
import { layout, tagList } from './layout';

export function postingsPage(state: LeverState): Html {
  const rows = [...state.postings.values()].map(
    (posting) =>
      html`<tr>
        <td><a href="/postings/${posting.id}">${posting.text}</a></td>
        <td>${posting.categories.location}</td>
        <td>${posting.state}</td>
        <td>${tagList(posting.tags)}</td>
      </tr>`,
  );
  return layout(
    { title: 'Postings', current: '/postings', userName: state.superAdmin()?.name },
    html`<section class="scroll">
        <table>
          <thead>
            <tr>
              <th scope="col">Title</th>
              <th scope="col">Location</th>
              <th scope="col">State</th>
              <th scope="col">Tags</th>
            </tr>
          </thead>
          <tbody>
            ${rows}
          </tbody>
        </table>
      </section>
      <section aria-labelledby="new">
        <h2 id="new">New posting</h2>
        <form method="post" action="/postings" class="stack">
          <div><label for="text">Title</label><input id="text" name="text" required /></div>
          <div>
            <label for="location">Location</label><input id="location" name="location" value="Lyon" />
          </div>
          <div><label for="team">Team</label><input id="team" name="team" value="Sales" /></div>
          ${tagsField([])}
          <div><button>Done</button></div>
        </form>
      </section>`,
  );
}

/** The job id stands in this page's address, where integrations tell people to copy it from. */
export function postingPage(state: LeverState, posting: Posting): Html {
  return layout(
    { title: posting.text, current: '/postings', userName: state.superAdmin()?.name },
    html`<section>
      <p>
        ${posting.categories.department}, ${posting.categories.team}, ${posting.categories.location},
        ${posting.categories.commitment}<br /><span class="soft">Job ID ${posting.id}</span>
      </p>
      <form method="post" action="/postings/${posting.id}" class="stack">
        <div>
          <label for="text">Title</label><input id="text" name="text" value="${posting.text}" required />
        </div>
        ${tagsField(posting.tags)}
        <div><button>Done</button></div>
      </form>
    </section>`,
  );
}

const tagsField = (tags: readonly string[]): Html =>
  html`<div>
    <label for="tags">Tags, separated by commas</label>
    <input id="tags" name="tags" value="${tags.join(', ')}" />
  </div>`;
