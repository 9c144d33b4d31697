import { randomUUID } from 'node:crypto';
import type { presentAssessment, presentLine } from '../../api/runs/present';
import type { Status } from '../../domain/lifecycle';
import { SEED } from '../../simulators/lever/seed';
import type { ApplicationView } from '../../simulators/smg/admin';
import type { RunStatus } from '../../workflows/assessment/contract';
import { until } from './until';
import type { World } from './world';

/** What tests do with a world, in the words of the trade, and how they look at what became of it. */

export interface Person {
  opportunityId: string;
  name: string;
  email: string;
}

export type Assessment = ReturnType<typeof presentAssessment>;
export type FullAssessment = Assessment & {
  live: RunStatus | null;
  timeline: ReturnType<typeof presentLine>[];
};
export interface Delivery {
  id: string;
  event: string;
  eventKey: string;
  verdict: string;
  reason: string | null;
  reasonCode: string | null;
  opportunity: string | null;
  workflowId: string | null;
}

/** A new candidate in the stage "New applicant". */
export function applicant(
  world: World,
  change: { postingId?: string; name?: string; email?: string; tags?: string[] } = {},
): Person {
  const { postingId = SEED.postings.storeManager } = change;
  const name = change.name ?? 'Dana Example';
  const email = change.email ?? `dana.${randomUUID()}@example.com`;
  const { tags } = change;
  return { opportunityId: world.lever.admin.addCandidate({ name, email, postingId, tags }), name, email };
}

/** Lever as its API would show the opportunity. */
export const inLever = (world: World, person: Person) => world.lever.admin.candidate(person.opportunityId);

/** Waits until Lever shows this many notes about the person. */
export const noted = (world: World, person: Person, count: number) =>
  until(
    `Lever shows ${count} notes`,
    () => inLever(world, person).notes,
    ({ length }) => length === count,
  );

/** The recruiter moves the candidate; by default into the stage that asks for the assessment. */
export const move = (
  world: World,
  person: Person,
  stageId: string = SEED.stages.assessment,
  options: { silent?: boolean } = {},
): void => world.lever.admin.moveCandidate(person.opportunityId, stageId, options);

/** Waits until the vendor has the application and Lever shows the invitation. */
export async function invited(world: World, person: Person): Promise<ApplicationView> {
  const application = await applied(world, person);
  await until(
    'Lever shows the invitation',
    () => inLever(world, person),
    ({ tags, links }) => tags.includes('POP-IN-Progress') && links.includes(application.appLink),
  );
  return application;
}

/** Waits until the vendor has the application. */
export const applied = (world: World, person: Person): Promise<ApplicationView> =>
  until('the vendor was asked to invite', () => applications(world, person)[0]);

/** What the vendor has for this address at the moment. */
export const applications = (world: World, person: Person): ApplicationView[] =>
  world.smg.admin.applications({ email: person.email });

/** A candidate who has got the invitation. */
export async function invitedApplicant(
  world: World,
  change: Parameters<typeof applicant>[1] = {},
): Promise<Person & { application: ApplicationView }> {
  const person = applicant(world, change);
  move(world, person);
  return { ...person, application: await invited(world, person) };
}

/** A request to `/api/v1` as the operator. A hub that says it is busy (503) is asked to read again, as programs do. */
export async function operator<T = unknown>(
  world: Pick<World, 'api'>,
  method: 'GET' | 'POST' | 'PATCH',
  path: string,
  body?: unknown,
): Promise<{ status: number; body: T }> {
  return until(
    `${method} ${path} is answered`,
    () => ask<T>(world, method, path, body),
    ({ status }) => method !== 'GET' || status !== 503,
  );
}

/** What api tells Prometheus. */
export async function metricsOf({ api }: Pick<World, 'api'>): Promise<string> {
  const answer = await fetch(`${api.url}/metrics`, {
    headers: { authorization: `Bearer ${api.operatorToken}` },
  });
  return answer.text();
}

async function ask<T>(
  world: Pick<World, 'api'>,
  method: string,
  path: string,
  body: unknown,
): Promise<{ status: number; body: T }> {
  const answer = await fetch(`${world.api.url}/api/v1${path}`, {
    method,
    headers: {
      authorization: `Bearer ${world.api.operatorToken}`,
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return { status: answer.status, body: (await answer.json()) as T };
}

/** Changes settings of the world's first connection. */
export async function configure(world: World, settings: Record<string, unknown>): Promise<void> {
  const { status, body } = await operator(world, 'PATCH', `/connections/${world.connection.id}`, {
    settings,
  });
  if (status !== 200) throw new Error(`settings refused: ${JSON.stringify(body)}`);
}

/** All recorded runs of a person, newest first. */
export async function runsOf(world: World, person: Person): Promise<Assessment[]> {
  const path = `/assessments?opportunity=${person.opportunityId}`;
  return (await operator<{ data: Assessment[] }>(world, 'GET', path)).body.data;
}

/**
 * Waits until the person's run is on record.
 * @throws Error when there are several
 */
export async function runOf(world: World, person: Person): Promise<Assessment> {
  const runs = await until(
    'the run is recorded',
    () => runsOf(world, person),
    ({ length }) => length > 0,
  );
  if (runs.length > 1) throw new Error(`${runs.length} runs instead of one`);
  return runs[0] as Assessment;
}

/** A run as it is at the moment, with its timeline. @throws Error when the hub does not show it */
export async function look(world: World, id: string): Promise<FullAssessment> {
  const { status, body } = await operator<FullAssessment>(world, 'GET', `/assessments/${id}`);
  if (status !== 200) throw new Error(`the run cannot be read: ${status} ${JSON.stringify(body)}`);
  return body;
}

/** Waits until the person's one run is over in this state; its record with the timeline. */
export async function ended(world: World, person: Person, status: Status): Promise<FullAssessment> {
  const [run] = await until(
    `the run of ${person.opportunityId} ends ${status}`,
    () => runsOf(world, person),
    ([newest]) => newest !== undefined && newest.closedAt !== null,
  );
  if (run?.status !== status) throw new Error(`the run ended ${run?.status} instead of ${status}`);
  return look(world, run.id);
}

/** Waits until the live run says of itself what is looked for. */
export async function liveRun(
  world: World,
  id: string,
  what: string,
  holds: (run: RunStatus) => boolean,
): Promise<RunStatus> {
  const { live } = await until(
    what,
    () => look(world, id),
    (run) => run.live !== null && holds(run.live),
  );
  return live as RunStatus;
}

/** What is on record at the moment of what Lever sent about this person. */
export async function deliveriesOf(world: World, person: Pick<Person, 'opportunityId'>): Promise<Delivery[]> {
  const path = `/deliveries?limit=200&opportunity=${person.opportunityId}`;
  return (await operator<{ data: Delivery[] }>(world, 'GET', path)).body.data;
}

/** The webhook that Lever sent about this person last. */
export async function webhookAbout(world: World, person: Person, event = 'candidateStageChange') {
  const isTaken = ({ state }: { state: string }): boolean => state === 'delivered';
  const sent = await until(
    'Lever called',
    () => world.lever.admin.deliveries({ event }).filter(({ body }) => body.includes(person.opportunityId)),
    (all) => all.some(isTaken),
  );
  return sent.findLast(isTaken) as (typeof sent)[number];
}

/** Requests that changed Lever, as `METHOD last-part-of-path`, about one person. */
export const writes = (world: World, person: Person): string[] =>
  world.lever.admin
    .requests()
    .filter(({ method, path }) => method !== 'GET' && path.includes(person.opportunityId))
    .map(({ method, path }) => `${method} ${path.split('/').at(-1)}`);

/** How often a value stands in a list. */
export const times = (list: readonly string[], wanted: string): number =>
  list.filter((each) => each === wanted).length;
