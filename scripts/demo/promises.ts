import type { Told } from './candidate';
import type { World } from './world';

/** What must be true in Lever and at the vendor when the run is over; the names of those that are not. */
export function brokenPromises(world: World, { opportunityId, applicationId }: Told): string[] {
  const { tags, links, notes } = world.lever.admin.candidate(opportunityId);
  const application = world.pop.admin.application(applicationId);
  const once = (list: string[], wanted: string): boolean =>
    list.filter((each) => each === wanted).length === 1;
  const promises: [string, boolean][] = [
    ['the tag POP-Completed stands once', once(tags, 'POP-Completed')],
    ['the tag POP-IN-Progress is gone', !tags.includes('POP-IN-Progress')],
    ["the posting's tag POP-10002063-Leadership stands once", once(tags, 'POP-10002063-Leadership')],
    ["the posting's tag POP-INVITE-CANDIDATE stands once", once(tags, 'POP-INVITE-CANDIDATE')],
    ['the link to the assessment stands once', once(links, application.appLink)],
    ['the link to the report stands once', once(links, application.repLink)],
    ['there is no error note', notes.length === 0],
    ['one invitation was made', world.pop.admin.applications({ email: application.email }).length === 1],
    ['one e-mail was sent', world.pop.admin.mailbox({ to: application.email }).length === 1],
  ];
  return promises.filter(([, kept]) => !kept).map(([name]) => name);
}
