import type { Candidate, Site } from './site';
import { until } from '../helpers/until';

/** The way of one candidate, and what must be true at its end. */

export interface AssessmentView {
  id: string;
  workflowId: string;
  status: string;
  attention: boolean;
  closedAt: string | null;
}

interface DeliveryView {
  id: string;
  source: string;
  verdict: string;
  workflowId: string | null;
}

interface TimelineLine {
  seq: number;
  kind: string;
}

/** A candidate who is watched from here on. */
export function enter(site: Site): Candidate {
  const candidate = site.addCandidate();
  site.diary.open(candidate.opportunityId);
  return candidate;
}

export const untilInvited = (site: Site, candidate: Candidate): Promise<unknown> =>
  until(
    'Lever shows the invitation',
    () => site.lever.admin.candidate(candidate.opportunityId),
    ({ tags, links }) => tags.includes('POP-IN-Progress') && links.length > 0,
  );

/** The candidate submits the questionnaire. */
export function complete(site: Site, { email }: Candidate): void {
  const application = site.pop.admin.applications({ email })[0];
  if (application === undefined) throw new Error(`nobody invited ${email}`);
  site.pop.admin.complete(application.applicationId);
}

/** The candidate's runs, once the last of them is over and on record. */
export const untilOver = (site: Site, { opportunityId }: Candidate): Promise<AssessmentView[]> =>
  until('the run is over and on record', () => recordedRuns(site, opportunityId), allOver);

export const assessmentsOf = async (site: Site, opportunityId: string): Promise<AssessmentView[]> =>
  (await site.ask<{ data: AssessmentView[] }>(`/assessments?opportunity=${opportunityId}`)).data;

/** The same while the stores may be away: then there are none. */
export const recordedRuns = (site: Site, opportunityId: string): Promise<AssessmentView[]> =>
  assessmentsOf(site, opportunityId).catch(() => []);

/** Whether there are runs, and none goes on. */
export const allOver = (runs: AssessmentView[]): boolean =>
  runs.length > 0 && runs.every(({ closedAt }) => closedAt !== null);

export const deliveriesOf = async (site: Site, workflowId: string): Promise<DeliveryView[]> =>
  (
    await site.ask<{ data: DeliveryView[] }>(
      `/deliveries?workflow=${encodeURIComponent(workflowId)}&limit=100`,
    )
  ).data;

/**
 * The promise of every fault test: one run, one invitation, each effect once, everything on record.
 * Waits for the end first.
 */
export async function expectEachOnce(site: Site, candidate: Candidate): Promise<void> {
  const runs = await untilOver(site, candidate);
  expect(runs).toMatchObject([{ status: 'completed', attention: false }]);
  const [run] = runs as [AssessmentView];

  const applications = site.pop.admin.applications({ email: candidate.email });
  expect(applications).toHaveLength(1);
  expect(site.pop.admin.mailbox({ to: candidate.email })).toHaveLength(1);
  const { appLink, repLink } = applications[0] as (typeof applications)[0];
  expect(kindsOf(site.diary.of(candidate.opportunityId))).toEqual(
    [
      '+tag POP-IN-Progress',
      `+link ${appLink}`,
      '-tag POP-IN-Progress',
      '+tag POP-Completed',
      `+link ${repLink}`,
      '+note',
    ].sort(),
  );
  await expectRecorded(site, run);
}

/** Both deliveries stand on record with what became of them, and the run's timeline has no gap. */
export async function expectRecorded(site: Site, run: AssessmentView): Promise<void> {
  const deliveries = await until(
    'every delivery is on record',
    () => deliveriesOf(site, run.workflowId),
    (all) => ['lever', 'smg'].every((source) => all.some((one) => one.source === source)),
  );
  const spent = deliveries.filter(({ verdict }) => verdict !== 'duplicate');
  expect(spent.map(({ source, verdict }) => `${source} ${verdict}`).sort()).toEqual([
    'lever started',
    'smg signalled',
  ]);
  // What could not be written at once is written later, beside what came after it (design D13).
  await until(
    'the timeline of the run has no gap',
    async () => (await site.ask<{ timeline: TimelineLine[] }>(`/assessments/${run.id}`)).timeline,
    (timeline) => timeline.every(({ seq }, index) => seq === index + 1) && timeline.at(-1)?.kind === 'closed',
  );
}

/** Changes in any order, of notes only that there was one. */
const kindsOf = (changes: string[]): string[] =>
  changes.map((change) => change.replace(/^([+-]note) .*$/s, '$1')).sort();
