import { randomUUID } from 'node:crypto';
import { until } from '../../helpers/until';
import type { World } from '../../helpers/world';
import type { Person, Seen } from './person';
import { choices, linksOf, somebody, under } from './person';

/** What people of the customer do and see in Lever, by its pages alone. */

/** An opportunity as its page shows it. */
export interface Card {
  stage: string;
  tags: string[];
  links: string[];
  /** All notes, as text. */
  notes: string;
}

export interface LeverBrowser {
  person: Person;
  /** A page of the account, e.g. `/settings/authorized-apps`. */
  open(path: string): Promise<Seen>;
  /** The posting form of "New posting"; answers the new posting's id. */
  post(fields: { text: string; tags?: string } & Record<string, string>): Promise<string>;
  /** Opens a posting, writes these tags and presses DONE. */
  tag(postingId: string, tags: string): Promise<void>;
  /** "Add candidate": answers the opportunity's id. */
  add(candidate: { name: string; email: string; postingId: string; stage?: string }): Promise<string>;
  /** @param stage as Lever shows it, e.g. `Phone screen` */
  move(opportunityId: string, stage?: string): Promise<void>;
  card(opportunityId: string): Promise<Card>;
  /** Waits until the page shows what is looked for. */
  sees(opportunityId: string, what: string, holds: (card: Card) => boolean): Promise<Card>;
}

/** @param as whom one looks at Lever as; the Super Admin when nobody is named */
export async function atLever({ lever }: Pick<World, 'lever'>, as?: string): Promise<LeverBrowser> {
  const person = somebody();
  const open = (path: string): Promise<Seen> => person.open(`${lever.url}${path}`);
  if (as !== undefined) await person.press(await open('/'), 'Change', { viewer: as });

  const card = async (opportunityId: string): Promise<Card> =>
    cardOf(await open(`/candidates/${opportunityId}`));
  const browser: LeverBrowser = {
    person,
    open,
    card,
    post: async (fields) => idIn(await person.press(await open('/postings'), 'Done', fields)),
    tag: async (postingId, tags) => {
      await person.press(await open(`/postings/${postingId}`), 'Done', { tags });
    },
    add: async ({ name, email, postingId, stage = 'New applicant' }) => {
      const form = await open('/candidates/new');
      const fields = { name, email, posting: postingId, stage: valueOf(form, 'stage', stage) };
      return idIn(await person.press(form, 'Add candidate', fields));
    },
    move: async (opportunityId, stage = 'Assessment') => {
      const page = await open(`/candidates/${opportunityId}`);
      await person.press(page, 'Move', { stage: valueOf(page, 'stage', stage) });
    },
    sees: (opportunityId, what, holds) => until(what, () => card(opportunityId), holds),
  };
  return browser;
}

/** An address that no other candidate of the account has. */
export const freshEmail = (name = 'dana'): string => `${name}.${randomUUID()}@example.com`;

function cardOf(page: Seen): Card {
  if (page.status !== 200) throw new Error(`${page.address} answers ${page.status}: ${page.text}`);
  const tags = [...under(page, 'Tags').matchAll(/name="remove" value="([^"]*)"/g)];
  return {
    stage: /Stage: <strong>([^<]*)</.exec(page.html)?.[1] ?? '',
    tags: tags.map(([, tag = '']) => tag.replaceAll('&amp;', '&')),
    links: linksOf(under(page, 'Links')),
    notes: under(page, 'Notes'),
  };
}

function valueOf(page: Seen, field: string, label: string): string {
  for (const [value, text] of choices(page, field)) if (text === label) return value;
  throw new Error(`"${label}" cannot be chosen on ${page.address}`);
}

function idIn(page: Seen): string {
  const id = /\/(?:postings|candidates)\/([0-9a-f-]{36})$/.exec(page.address)?.[1];
  if (id === undefined) throw new Error(`not taken: ${page.status} ${page.text}`);
  return id;
}
