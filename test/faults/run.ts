import { patienceMs } from './site';
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
    () => {
      const { tags, links } = site.lever.admin.candidate(candidate.opportunityId);
      return tags.includes('POP-IN-Progress') && links.length > 0;
    },
    patienceMs,
  );

/** The candidate submits the questionnaire. */
export function complete(site: Site, { email }: Candidate): void {
  const application = site.pop.admin.applications({ email })[0];
  if (application === undefined) throw new Error(`nobody invited ${email}`);
  site.pop.admin.complete(application.applicationId);
}

/** The candidate's runs, once the last of them is over and on record. */
export const untilOver = (site: Site, { opportunityId }: Candidate): Promise<AssessmentView[]> =>
  until(
    'the run is over and on record',
    async () => {
      const runs = await assessmentsOf(site, opportunityId).catch(() => []);
      return runs.length > 0 && runs.every(({ closedAt }) => closedAt !== null) ? runs : undefined;
    },
    patienceMs,
  );

export const assessmentsOf = async (site: Site, opportunityId: string): Promise<AssessmentView[]> =>
  (await site.ask<{ data: AssessmentView[] }>(`/assessments?opportunity=${opportunityId}`)).data;

export const deliveriesOf = async (site: Site, workflowId: string): Promise<DeliveryView[]> =>
  (
    await site.ask<{ data: DeliveryView[] }>(
      `/deliveries?workflow=${encodeURIComponent(workflowId)}&limit=100`,
    )
  ).data;

/**
 * The promise of every fault test: one run, one invitation, each effect once, everything on record.
 * Waits for the end first.
 * @param wasReset the numbers of the run's story begin again where it was reset to
 */
export async function expectEachOnce(site: Site, candidate: Candidate, wasReset = false): Promise<void> {
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
  await expectRecorded(site, run, wasReset);
}

/** Both deliveries stand on record with what became of them, and the run's story has no gap. */
export async function expectRecorded(site: Site, run: AssessmentView, wasReset = false): Promise<void> {
  const deliveries = await until(
    'every delivery is on record',
    async () => {
      const all = await deliveriesOf(site, run.workflowId);
      return ['lever', 'smg'].every((source) => all.some((one) => one.source === source)) ? all : undefined;
    },
    patienceMs,
  );
  const spent = deliveries.filter(({ verdict }) => verdict !== 'duplicate');
  expect(spent.map(({ source, verdict }) => `${source} ${verdict}`).sort()).toEqual([
    'lever started',
    'smg signalled',
  ]);
  // What could not be written at once is written later, beside what came after it (design D13).
  await until(
    'the story of the run has no gap',
    async () => {
      const { timeline } = await site.ask<{ timeline: TimelineLine[] }>(`/assessments/${run.id}`);
      const whole = timeline.every(({ seq }, index) => {
        const next = (timeline[index - 1]?.seq ?? 0) + 1;
        return seq === next || (wasReset && seq >= 1 && seq < next);
      });
      return whole && timeline.at(-1)?.kind === 'closed';
    },
    patienceMs,
  );
}

/** Changes in any order, of notes only that there was one. */
const kindsOf = (changes: string[]): string[] =>
  changes.map((change) => change.replace(/^([+-]note) .*$/s, '$1')).sort();
