import { randomUUID } from 'node:crypto';
import type { Client } from '@temporalio/client';
import { Client as PgClient } from 'pg';
import { scheduleIdOf } from '../../api/connections/reconciling';
import { SEED } from '../../simulators/lever/seed';
import type { ReconcileOutcome } from '../../workflows/reconcile/workflow';
import type { Person } from '../helpers/actions';
import { until } from '../helpers/until';
import type { World } from '../helpers/world';

/** How tests watch the looks for missed moves, and make a past for them to find. */

export const dayMs = 86_400_000;

/** The ids of the workflows that Temporal lists for a query. */
export async function workflowsOf(client: Client, query: string): Promise<string[]> {
  const found: string[] = [];
  for await (const { workflowId } of client.workflow.list({ query })) found.push(workflowId);
  return found;
}

/** What the looks came to that began from now on, once there are this many. */
export async function looked(
  world: World,
  { connectionId = world.connection.id, times = 2 } = {},
): Promise<ReconcileOutcome[]> {
  const since = new Date().toISOString();
  const query =
    `WorkflowType = 'reconcile' AND FulcrumConnection = '${connectionId}' AND ` +
    `ExecutionStatus = 'Completed' AND StartTime > '${since}'`;
  const ids = await until(
    `${times} more looks`,
    () => workflowsOf(world.client, query),
    ({ length }) => length >= times,
  );
  return Promise.all(
    ids.map((id) => world.client.workflow.getHandle(id).result() as Promise<ReconcileOutcome>),
  );
}

export const scheduleOf = (world: World, connectionId = world.connection.id) =>
  world.client.schedule.getHandle(scheduleIdOf({ id: connectionId }));

/** How often Lever was asked for a list of opportunities. */
export const listings = (world: World): Record<string, unknown>[] =>
  world.lever.admin
    .requests()
    .filter(({ method, path }) => method === 'GET' && path === '/v1/opportunities')
    .map(({ query }) => query);

export async function sql<Row = unknown>(world: World, text: string, values: unknown[] = []): Promise<Row[]> {
  const client = new PgClient({ connectionString: world.databaseUrl });
  await client.connect();
  try {
    return (await client.query(text, values)).rows as Row[];
  } finally {
    await client.end();
  }
}

/** Waits until it is on record that Lever sent the connection an event. */
export const heard = (world: World, connectionId = world.connection.id): Promise<unknown> =>
  until('the connection was heard from', async () => {
    const query = 'select first_heard_at at from connections where id = $1';
    return (await sql<{ at: Date | null }>(world, query, [connectionId]))[0]?.at;
  });

/**
 * As if the connection had been made, and heard from, this long ago, and looked at until then. Between two looks: one that
 * is under way would say behind it that everything was looked at until now.
 * @param arrange what else there was before the next look
 */
export async function connectedSince<T>(world: World, agoMs: number, arrange: () => T): Promise<T> {
  const schedule = scheduleOf(world);
  const { state } = await schedule.describe();
  if (!state.paused) await schedule.pause();
  await until(
    'no look is under way',
    async () => (await schedule.describe()).info.runningActions,
    ({ length }) => length === 0,
  );
  const at = new Date(Date.now() - agoMs);
  const { id } = world.connection;
  await sql(world, 'update connections set first_heard_at = $2 where id = $1', [id, at]);
  await sql(
    world,
    'update trigger_stages set activated_at = $2, looked_until = $2 where connection_id = $1',
    [id, at],
  );
  const arranged = arrange();
  if (!state.paused) await schedule.unpause();
  return arranged;
}

/** Somebody who has stood in a stage since a moment of the past; no webhook ever told of it. */
export function standing(
  world: World,
  { enteredAt, stage = SEED.stages.assessment }: { enteredAt: number; stage?: string },
): Person {
  const person = {
    opportunityId: randomUUID(),
    name: 'Stan Example',
    email: `stan.${randomUUID()}@example.com`,
  };
  const contact = randomUUID();
  world.lever.admin.load({
    contacts: [
      {
        id: contact,
        name: person.name,
        headline: '',
        isAnonymized: false,
        location: '',
        emails: [person.email],
        phones: [],
        links: [],
        dataProtection: null,
      },
    ],
    opportunities: [
      {
        id: person.opportunityId,
        contact,
        stage,
        confidentiality: 'non-confidential',
        archived: null,
        tags: ['POP-10002063-Leadership'],
        sources: [],
        stageChanges: [{ toStageId: stage, toStageIndex: 5, updatedAt: enteredAt }],
        origin: 'applied',
        sourcedBy: null,
        owner: null,
        followers: [],
        application: {
          id: randomUUID(),
          type: 'user',
          posting: SEED.postings.shiftLead,
          user: null,
          createdAt: enteredAt,
          archived: null,
          requisitionForHire: null,
        },
        createdAt: enteredAt,
        updatedAt: enteredAt,
        lastInteractionAt: enteredAt,
        lastAdvancedAt: enteredAt,
        snoozedUntil: null,
        dataProtection: null,
      },
    ],
  });
  return person;
}
