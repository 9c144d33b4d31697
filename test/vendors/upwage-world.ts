import { randomUUID } from 'node:crypto';
import { assemble } from '../../scripts/assemble';
import { SEED } from '../../simulators/lever/seed';
import type { NewSession, SessionView } from '../../simulators/upwage/admin';
import type { UpwageSimulator } from '../../simulators/upwage/server';
import { defaultSecret, startUpwageSimulator } from '../../simulators/upwage/server';
import type { Screener } from '../../simulators/upwage/state';
import { defaultQuestions } from '../../simulators/upwage/state';
import type { Assessment, Delivery, FullAssessment } from '../helpers/actions';
import { look, operator } from '../helpers/actions';
import { repeatedFor, waitMs } from '../helpers/limits';
import { until } from '../helpers/until';
import type { World, WorldOptions } from '../helpers/world';
import { startWorld } from '../helpers/world';

/** A hub between Lever and Upwage, both simulated. */

export interface UpwageWorld extends World {
  upwage: UpwageSimulator;
}

export const cashier = 'scr_cashier';

/** One screener; who passed goes on to "Review", who failed is entered for another job. */
export const usualSettings = {
  triggerStages: [],
  performAs: SEED.users.service,
  screeners: [
    {
      screenerId: cashier,
      postingId: `https://jobs.lever.co/acme/${SEED.postings.storeClerk}/apply?lever-source=page`,
      rules: { passed: { stage: 'Review' }, failed: { posting: SEED.postings.shiftLead } },
    },
  ],
};

/** What makes the connection. */
export const connectionToUpwage = {
  vendor: 'upwage' as const,
  credentials: { webhookSecret: defaultSecret },
  settings: usualSettings,
};

export interface UpwageWorldOptions extends WorldOptions {
  /** Those that Upwage has; the connection's settings have to know them. */
  screeners?: Omit<Screener, 'questions'>[];
}

const usualScreeners = [
  { id: cashier, name: 'Cashier', leverJobId: SEED.postings.storeClerk },
  { id: 'scr_unknown', name: 'Nobody', leverJobId: SEED.postings.storeClerk },
];

/** Upwage with these screeners; it repeats what was not taken as long as a test waits. */
export const startUpwage = (
  screeners: Omit<Screener, 'questions'>[] = usualScreeners,
): Promise<UpwageSimulator> =>
  startUpwageSimulator({
    screeners: screeners.map((screener) => ({ ...screener, questions: defaultQuestions })),
    callbackRetries: repeatedFor(waitMs, 300),
  });

export const startUpwageWorld = (options: UpwageWorldOptions = {}): Promise<UpwageWorld> =>
  assemble(async (atEnd) => {
    const upwage = await startUpwage(options.screeners);
    atEnd(() => upwage.stop());
    const world = await startWorld({
      ...options,
      connection: { ...connectionToUpwage, ...options.connection },
      settings: { ...usualSettings, ...options.settings },
    });
    atEnd(() => world.stop());
    upwage.admin.sendTo(String(world.connection.callbackUrl));
    return { ...world, upwage };
  });

export const someAddress = (): string => `dana.${randomUUID()}@example.com`;

/** Somebody talks to the screener; nothing is told yet. */
export const session = ({ upwage }: UpwageWorld, change: Partial<NewSession> = {}): SessionView =>
  upwage.admin.open({ screenerId: cashier, email: someAddress(), ...change });

/** The person goes through the whole conversation; by default so that it ends well. */
export async function converse(
  { link }: Pick<SessionView, 'link'>,
  given: Record<string, string> = { weekends: 'Yes', cash: 'Yes', why: 'The people' },
): Promise<void> {
  const send = (path: string, body: Record<string, string>): Promise<Response> =>
    fetch(`${link}${path}`, { method: 'POST', body: new URLSearchParams(body), redirect: 'manual' });
  for (const answer of [await send('/start', {}), await send('/submit', given)]) {
    if (answer.status !== 303) throw new Error(`the conversation broke: ${answer.status}`);
  }
}

/** Every run of a session, newest first. */
export async function runsOfSession(world: UpwageWorld, id: string): Promise<Assessment[]> {
  const path = '/assessments?limit=200';
  const { body } = await operator<{ data: Assessment[] }>(world, 'GET', path);
  return body.data.filter(({ workflowId }) => workflowId.includes(`/${id}/`));
}

/** Waits until the session's newest run is over. */
export async function finished(
  world: UpwageWorld,
  id: string,
  status = 'completed',
  runs = 1,
): Promise<FullAssessment> {
  const [newest] = await until(
    `the run of ${id} ends ${status}`,
    () => runsOfSession(world, id),
    (all) => all.length >= runs && all.every(({ closedAt }) => closedAt !== null),
  );
  if (newest?.status !== status) throw new Error(`it ended ${newest?.status} instead of ${status}`);
  return look(world, newest.id);
}

/** Deliveries of the world's connection from Upwage, newest first. */
export async function events(world: UpwageWorld): Promise<Delivery[]> {
  const path = `/deliveries?limit=200&connection=${world.connection.id}`;
  const { body } = await operator<{ data: (Delivery & { source: string })[] }>(world, 'GET', path);
  return body.data.filter(({ source }) => source === 'upwage');
}

/** Waits for the answers to everything that was sent about a session. */
export const answers = ({ upwage }: UpwageWorld, id: string, count = 1): Promise<(number | null)[]> =>
  until(
    'the event was answered',
    () => upwage.admin.callbacks({ applicationId: id }).map(({ status }) => status),
    ({ length }) => length >= count,
  );

/** The person's opportunities in Lever, whoever made them. */
export const opportunitiesOf = (world: UpwageWorld, email: string) =>
  world.lever.admin
    .candidates()
    .map((id) => world.lever.admin.candidate(id))
    .filter(({ emails }) => emails.some((each) => each.toLowerCase() === email.toLowerCase()));
