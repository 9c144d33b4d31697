import { type Html, html } from './html';

/** Parts that several pages are made of. */

interface Select {
  id: string;
  label: string;
  options: readonly { value: string; text: string }[];
  selected?: string | undefined;
}

/** A labelled choice; `id` is the field's name as well. */
export function selectField({ id, label, options, selected }: Select): Html {
  const items = options.map(
    ({ value, text }) =>
      html`<option value="${value}" ${value === selected ? html`selected` : ''}>${text}</option>`,
  );
  return html`<div>
    <label for="${id}">${label}</label>
    <select id="${id}" name="${id}">
      ${items}
    </select>
  </div>`;
}

interface Input {
  id: string;
  label: string;
  value?: string | undefined;
  type?: 'text' | 'email' | 'url';
  required?: boolean;
}

/** A labelled line of text; `id` is the field's name as well. */
export const inputField = ({ id, label, value = '', type = 'text', required = true }: Input): Html =>
  html`<div>
    <label for="${id}">${label}</label>
    <input
      id="${id}"
      name="${id}"
      type="${type}"
      value="${value}"
      autocomplete="off"
      ${required ? html`required` : ''}
    />
  </div>`;

/** A form of one button; `label` names the button to those who do not see what stands round it. */
export const buttonForm = (action: string, text: string, label = text, style = 'quiet'): Html =>
  html`<form method="post" action="${action}" class="row">
    <button class="${style}" aria-label="${label}">${text}</button>
  </form>`;

/** A titled part of a page. */
export const section = (title: string, body: Html): Html => {
  const id = title.toLowerCase().replaceAll(' ', '-');
  return html`<section aria-labelledby="${id}">
    <h2 id="${id}">${title}</h2>
    ${body}
  </section>`;
};

export const none = html`<p class="soft">None</p>`;

export const plainList = (items: readonly Html[]): Html =>
  items.length === 0
    ? none
    : html`<ul class="plain">
        ${items.map((item) => html`<li>${item}</li>`)}
      </ul>`;

export const tagList = (tags: readonly string[]): Html =>
  tags.length === 0
    ? none
    : html`<ul class="tags">
        ${tags.map((tag) => html`<li>${tag}</li>`)}
      </ul>`;

/** A table that scrolls sideways on narrow screens; rows are `<tr>` elements. */
export const table = (headings: readonly string[], rows: readonly Html[]): Html =>
  html`<div class="scroll">
    <table>
      <thead>
        <tr>
          ${headings.map((heading) => html`<th scope="col">${heading}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>
    </table>
  </div>`;
