import { SEED } from '../../../simulators/lever/seed';
import { startSmgSimulator } from '../../../simulators/smg/server';
import { ended } from '../../helpers/actions';
import { until } from '../../helpers/until';
import { useWorld } from '../../helpers/use-world';
import { startWorld } from '../../helpers/world';
import type { Card, LeverBrowser } from '../people/lever-browser';
import { atLever, freshEmail } from '../people/lever-browser';
import type { Seen } from '../people/person';
import { choices, linksOf, somebody, under } from '../people/person';
import { testsOf } from '../promises/promise';
import { smg } from '../promises/smg';
import { answers, mailTo, takeAssessment } from './at-smg';

/** From the invitation in the candidate's mailbox to the report on the recruiter's screen. */

const promise = testsOf(smg);
const leadership = 'POP-10002063-Leadership';
const sales = 'POP-10002066-Sales';

interface Candidate {
  opportunityId: string;
  email: string;
  name: string;
}

const world = useWorld(startWorld);
let recruiter: LeverBrowser;
let postingId: string;
/** Somebody who has been through it all, and the report as the recruiter's link opens it. */
let done: Candidate & { card: Card };
let report: Seen;
beforeAll(async () => {
  recruiter = await atLever(world, SEED.users.recruiter);
  postingId = await recruiter.post({ text: 'Shop Manager', tags: `${leadership}, POP-INVITE-CANDIDATE` });
  const candidate = await invited();
  await takeAssessment(candidate.link);
  done = { ...candidate, card: await completed(candidate) };
  report = await recruiter.person.open(reportIn(done.card));
});

async function enters(posting: string): Promise<Candidate> {
  const candidate = { name: 'Dana Example', email: freshEmail() };
  const opportunityId = await recruiter.add({ ...candidate, postingId: posting });
  await recruiter.move(opportunityId);
  return { ...candidate, opportunityId };
}

/** Somebody who has got the invitation, and whose opportunity shows it. */
async function invited(): Promise<Candidate & { link: string }> {
  const candidate = await enters(postingId);
  const link = await until('the candidate has mail', async () => (await mailTo(world, candidate.email))[0]);
  await recruiter.sees(
    candidate.opportunityId,
    'the assessment is in progress',
    ({ tags, links }) => tags.includes('POP-IN-Progress') && links.includes(link),
  );
  return { ...candidate, link };
}

const completed = ({ opportunityId }: Candidate): Promise<Card> =>
  recruiter.sees(
    opportunityId,
    'the assessment is completed',
    ({ tags, links }) => tags.includes('POP-Completed') && links.length === 2,
  );

function reportIn({ links }: Card): string {
  const found = links.find((link) => link.includes('/rep_link.html?'));
  if (found === undefined) throw new Error(`no report among ${links.join(', ')}`);
  return found;
}

const statusIn = ({ tags }: Pick<Card, 'tags'>): string[] =>
  tags.filter((tag) => ['POP-IN-Progress', 'POP-Completed', 'POP-Error'].includes(tag));

promise('SMG-21', async () => {
  const { link } = await invited();
  const page = await somebody().open(link);
  expect(page.status).toBe(200);
  expect(page.text).toContain('Welcome, Dana Example');
  expect(page.text).toContain('1. self-starting');
});

promise('SMG-22', async () => {
  const { link } = await invited();
  const half = await takeAssessment(link, { q1: '5' });
  expect([half.status, half.text]).toEqual([422, expect.stringContaining('These are still missing')]);
  const thanks = await takeAssessment(link);
  expect([thanks.status, thanks.text]).toEqual([200, expect.stringContaining('Thank you')]);
});

promise('SMG-23', async () => {
  const candidate = await invited();
  // Lever fails at the first tries to take the old tag away; the new one must not come before it is gone.
  const path = `/opportunities/${candidate.opportunityId}/removeTags`;
  world.lever.admin.fault({ kind: 'status', status: 503, path, count: 2 });
  await takeAssessment(candidate.link);
  const seen: string[][] = [];
  await until(
    'the tag says completed',
    () => {
      const { tags } = world.lever.admin.candidate(candidate.opportunityId);
      seen.push(tags.filter((tag) => ['POP-IN-Progress', 'POP-Completed'].includes(tag)));
      return tags;
    },
    (tags) => tags.includes('POP-Completed'),
  );
  expect(seen.filter((tags) => tags.length > 1)).toEqual([]);
  expect(world.lever.admin.pendingFaults()).toEqual([]);
  expect(statusIn(await completed(candidate))).toEqual(['POP-Completed']);
});

promise('SMG-24', async () => {
  expect(new URL(reportIn(done.card)).origin).toBe(world.smg.url);
  expect([report.status, report.text]).toEqual([200, expect.stringContaining('Report: Dana Example')]);
  expect(report.text).toContain('EPOP Leadership');
});

promise('SMG-25', async () => {
  const [link] = await mailTo(world, done.email);
  expect(done.card.links).toContain(link);
  const page = await somebody().open(String(link));
  expect([page.status, page.text]).toEqual([410, expect.stringContaining('no longer valid')]);
  expect(page.html).not.toContain('<form');
});

promise('SMG-26', async () => {
  const candidate = await invited();
  expect(statusIn(await recruiter.card(candidate.opportunityId))).toEqual(['POP-IN-Progress']);
  await somebody().open(candidate.link);
  expect(statusIn(await recruiter.card(candidate.opportunityId))).toEqual(['POP-IN-Progress']);
  await takeAssessment(candidate.link);
  expect(statusIn(await completed(candidate))).toEqual(['POP-Completed']);

  // Where there is none, the opportunity says that as well, and why.
  const refused = await enters(await recruiter.post({ text: 'Ghost', tags: 'POP-99-Nobody-Knows' }));
  await ended(world, refused, 'failed');
  const card = await recruiter.card(refused.opportunityId);
  expect(statusIn(card)).toEqual(['POP-Error']);
  expect(card.notes).toContain('SMG error');
});

promise('SMG-27', async () => {
  // Another client of SMG's, whose reports stay as they were.
  const other = await startSmgSimulator();
  try {
    const client = somebody();
    const settings = await client.open(`${world.smg.url}/report-settings`);
    const text = 'Ask about early shifts.';
    await client.press(settings, 'Add section', { title: 'How we work', text });
    const ours = await client.open(reportIn(done.card));
    expect(under(ours, 'How we work')).toContain(text);
    expect((await client.open(`${other.url}/report-settings`)).text).not.toContain('How we work');

    await client.press(await client.open(`${world.smg.url}/report-settings`), 'Remove How we work');
    expect((await client.open(reportIn(done.card))).text).not.toContain('How we work');
  } finally {
    await other.stop();
  }
});

promise('SMG-28', () => {
  const categories = under(report, 'Performance by category');
  expect(categories.match(/<dt>/g)).toHaveLength(4);
  for (const [, said = '', explained = ''] of categories.matchAll(
    /<dt>([\s\S]*?)<\/dt>\s*<dd>([\s\S]*?)<\/dd>/g,
  )) {
    expect(said).toMatch(/(above|below) average|average/);
    expect(explained.trim()).toMatch(/^(How|What) .{15,}/);
  }
  return Promise.resolve();
});

promise('SMG-29', () => {
  const spectrum = under(report, 'Traits over the full spectrum');
  const rows = [...spectrum.matchAll(/<meter\s+min="40"\s+max="160"\s+value="([\d.]+)"/g)];
  expect(rows).toHaveLength(5);
  for (const [, value] of rows) expect([Number(value) >= 40, Number(value) <= 160]).toEqual([true, true]);
  for (const end of ['supports and follows', 'starts and persuades']) expect(spectrum).toContain(end);
  return Promise.resolve();
});

promise('SMG-30', async () => {
  for (const part of ["Manager's report", 'Candidate feedback']) expect(report.text).toContain(part);
  const shared = linksOf(report.html).find((link) => link.includes('/feedback.html?'));
  const page = await somebody().open(String(shared));
  expect([page.status, page.text]).toEqual([200, expect.stringContaining('Candidate feedback')]);
  expect(page.text).not.toContain("Manager's report");
  expect(page.text).not.toContain('Questions for the interview');
  expect(page.html).not.toContain('/rep_link.html');
});

promise('SMG-31', () => {
  for (const heading of ['What to seek in a job', 'What to avoid in a job']) {
    expect(under(report, heading).match(/<li>/g)).toHaveLength(5);
  }
  return Promise.resolve();
});

promise('SMG-32', async () => {
  const both = await recruiter.post({ text: 'Area Manager', tags: `${leadership}, ${sales}` });
  const candidate = await enters(both);
  const { links } = await recruiter.sees(
    candidate.opportunityId,
    'both invitations are shown',
    (card) => card.links.length === 2,
  );
  for (const [index, link] of links.entries()) await takeAssessment(link, answers(index === 0));
  const card = await recruiter.sees(
    candidate.opportunityId,
    'both reports are there',
    ({ tags, links: shown }) => tags.includes('POP-Completed') && shown.length === 4,
  );
  const reader = somebody();
  const first = await reader.open(reportIn(card));
  const roles = choices(first, 'role');
  expect([...roles.values()].map((label) => label.replace(/ \(.*/, '')).sort()).toEqual([
    'EPOP Leadership',
    'EPOP Sales',
  ]);
  const verdicts: string[] = [];
  for (const [role, label] of roles) {
    const rerun = await reader.press(first, 'Rerun', { role });
    expect(rerun.text).toContain(`${label.replace(/ \(.*/, '')}, completed on`);
    verdicts.push(under(rerun, "Manager's report"));
  }
  expect(new Set(verdicts).size).toBe(2);

  // The same answers, looked at for a role that was not assessed.
  const again = await reader.press(first, 'Score again', { position: '10002068' });
  expect(again.text).toContain('EPOP Service, from the answers given for');
});
