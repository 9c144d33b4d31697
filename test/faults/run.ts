import type { Candidate, ProcessWorld } from '../helpers/process-world';
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
export function enter(world: ProcessWorld): Candidate {
  const candidate = world.addCandidate();
  world.diary.open(candidate.opportunityId);
  return candidate;
}

/** Waits until Lever shows the tag and the link of the invitation. */
export const untilInvited = (world: ProcessWorld, candidate: Candidate): Promise<unknown> =>
  until(
    'Lever shows the invitation',
    () => world.lever.admin.candidate(candidate.opportunityId),
    ({ tags, links }) => tags.includes('POP-IN-Progress') && links.length > 0,
  );

/** The candidate submits the questionnaire. */
export function complete(world: ProcessWorld, { email }: Candidate): void {
  const application = world.smg.admin.applications({ email })[0];
  if (application === undefined) throw new Error(`nobody invited ${email}`);
  world.smg.admin.complete(application.applicationId);
}

/** The candidate's runs, once the last of them is over and on record. */
export const untilOver = (world: ProcessWorld, { opportunityId }: Candidate): Promise<AssessmentView[]> =>
  until('the run is over and on record', () => recordedRuns(world, opportunityId), allOver);

/** The candidate's runs at the moment. @throws Error when the hub cannot tell */
export const assessmentsOf = async (world: ProcessWorld, opportunityId: string): Promise<AssessmentView[]> =>
  (await world.ask<{ data: AssessmentView[] }>(`/assessments?opportunity=${opportunityId}`)).data;

/** The same while the stores may be away: then there are none. */
export const recordedRuns = (world: ProcessWorld, opportunityId: string): Promise<AssessmentView[]> =>
  assessmentsOf(world, opportunityId).catch(() => []);

/** Whether there are runs, and none goes on. */
export const allOver = (runs: AssessmentView[]): boolean =>
  runs.length > 0 && runs.every(({ closedAt }) => closedAt !== null);

/** What came for this run, whoever sent it. @throws Error when the hub cannot tell */
export const deliveriesOf = async (world: ProcessWorld, workflowId: string): Promise<DeliveryView[]> =>
  (
    await world.ask<{ data: DeliveryView[] }>(
      `/deliveries?workflow=${encodeURIComponent(workflowId)}&limit=100`,
    )
  ).data;

/**
 * The promise of every fault test: one run, one invitation, each effect once, everything on record.
 * Waits for the end first.
 * @param wasReset the numbers of the run's timeline begin again where it was reset to
 */
export async function expectEachOnce(
  world: ProcessWorld,
  candidate: Candidate,
  wasReset = false,
): Promise<void> {
  const runs = await untilOver(world, candidate);
  expect(runs).toMatchObject([{ status: 'completed', attention: false }]);
  const [run] = runs as [AssessmentView];

  const applications = world.smg.admin.applications({ email: candidate.email });
  expect(applications).toHaveLength(1);
  expect(world.smg.admin.mailbox({ to: candidate.email })).toHaveLength(1);
  const { appLink, repLink } = applications[0] as (typeof applications)[0];
  expect(kindsOf(world.diary.of(candidate.opportunityId))).toEqual(
    [
      '+tag POP-IN-Progress',
      `+link ${appLink}`,
      '-tag POP-IN-Progress',
      '+tag POP-Completed',
      `+link ${repLink}`,
      '+note',
    ].sort(),
  );
  await expectRecorded(world, run, wasReset);
}

/** How many records are written with a run's last effect, under numbers that are not used again if they cannot be. */
const lastRecords = 2;

/** Both deliveries stand on record with what became of them, and the run's timeline has no gap. */
async function expectRecorded(world: ProcessWorld, run: AssessmentView, wasReset = false): Promise<void> {
  const deliveries = await until(
    'every delivery is on record',
    () => deliveriesOf(world, run.workflowId),
    (all) => ['lever', 'smg'].every((source) => all.some((one) => one.source === source)),
  );
  const spent = deliveries.filter(({ verdict }) => verdict !== 'duplicate');
  expect(spent.map(({ source, verdict }) => `${source} ${verdict}`).sort()).toEqual([
    'lever started',
    'smg signalled',
  ]);
  // What could not be written at once is written later, beside what came after it (decision 0014).
  await until(
    'the timeline of the run has no gap',
    async () => (await world.ask<{ timeline: TimelineLine[] }>(`/assessments/${run.id}`)).timeline,
    (timeline) =>
      timeline.at(-1)?.kind === 'closed' &&
      timeline.every(({ seq }, index) => {
        const next = (timeline[index - 1]?.seq ?? 0) + 1;
        // The last two records were numbered before; that was with the last effect, when the database was away.
        const again = index === timeline.length - lastRecords && seq === next + lastRecords;
        return seq === next || again || (wasReset && seq >= 1 && seq < next);
      }),
  );
}

/** Changes in any order, of notes only that there was one. */
const kindsOf = (changes: string[]): string[] =>
  changes.map((change) => change.replace(/^([+-]note) .*$/s, '$1')).sort();
