import type { World } from '../../helpers/world';
import type { Person, Seen } from '../people/person';
import { linksOf, somebody } from '../people/person';

/** What candidates get from SMG and do there, by its pages alone. */

/** Links of all invitations in this person's mailbox, newest first. */
export async function mailTo({ smg }: Pick<World, 'smg'>, email: string): Promise<string[]> {
  const reader = somebody();
  const mailbox = await reader.open(`${smg.url}/mailbox`);
  const rows = mailbox.html.split('<tr>').filter((row) => row.includes(`>${email}<`));
  const messages = rows.flatMap(linksOf).filter((path) => path.startsWith('/mailbox/'));
  const pages = await Promise.all(messages.map((path) => reader.open(new URL(path, smg.url).href)));
  return pages.flatMap(({ html }) => linksOf(html)).filter((link) => link.includes('/app_link.html?'));
}

/** Someone who agrees with everything that speaks for achievement and enterprise, or with nothing of it. */
export const answers = (keen: boolean): Record<string, string> => ({
  ...Object.fromEntries(
    Array.from({ length: 10 }, (_, index) => [`q${index + 1}`, (index % 2 === 0) === keen ? '5' : '1']),
  ),
  q11: 'To run a shop of my own.',
});

/** The candidate opens the link of the invitation, fills in the questionnaire and submits it. */
export async function takeAssessment(
  link: string,
  given = answers(true),
  candidate: Person = somebody(),
): Promise<Seen> {
  return candidate.press(await candidate.open(link), 'Submit', given);
}
