import type { LeverSimulator } from '../../simulators/lever/server';
import type { Told } from './candidate';
import type { Customer } from './world';

/** What must be true in Lever and at the vendor when the run is over; the names of those that are not. */
export function brokenPromises(lever: LeverSimulator, { running }: Customer, told: Told): string[] {
  const { tags, links, notes, files } = lever.admin.candidate(told.opportunityId);
  const shown = running.shows('completed', told.ref);
  const texts = notes.map((note) => JSON.stringify(note));
  const once = (list: string[], wanted: string): boolean =>
    list.filter((each) => each === wanted).length === 1;
  const promises: [string, boolean][] = [
    ...shown.tags.map((tag): [string, boolean] => [`the tag ${tag} stands once`, once(tags, tag)]),
    ...shown.gone.map((tag): [string, boolean] => [`the tag ${tag} is gone`, !tags.includes(tag)]),
    ...shown.links.map((link): [string, boolean] => [`the link ${link} stands once`, once(links, link)]),
    ...shown.notes.map((text): [string, boolean] => [
      `one note says ${text}`,
      texts.filter((note) => note.includes(text)).length === 1,
    ]),
    ...(shown.files ?? []).map((begin): [string, boolean] => [
      `one file is called ${begin}`,
      files.filter(({ name }) => name.startsWith(begin)).length === 1,
    ]),
    ['there is no other note', notes.length === shown.notes.length],
    ['one invitation was made', running.invitations(told.email).length === 1],
    ['one e-mail was sent', running.mails(told.email) === 1],
  ];
  return promises.filter(([, kept]) => !kept).map(([name]) => name);
}
