import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { Agent, request } from 'undici';
import { createDeliveries } from '../../db/repositories/deliveries';
import { stageChange } from '../ingress/run';
import { percentile } from '../statistics';
import type { AttackWorld } from './world';

/** Whom a load is aimed at. */
export type Aim = 'hub' | 'stub';

/** One attack: what it does, and what of the hub is measured beside it, in ms. */
export interface Attack {
  name: string;
  /** What the figure is. */
  figure: string;
  measure(world: AttackWorld, aim: Aim): Promise<number>;
}

/** As many good deliveries, one after the other, as come to a reliable middle. */
const goodOnes = 60;
/** How long a hub may take to let go of what is too much, and how long it is watched then. */
const settling = { pauseMs: 6_000, mostMs: 120_000, watchedMs: 10_000 };
/** Longer than anybody would wait for a message that is there. */
export const patienceMs = 20_000;
const floodLanes = 16;
const unmatchedRows = 250_000;
const poisonRows = 500;

/** How long good webhooks take until they are answered, p50. */
async function goodDeliveries({ hub }: AttackWorld): Promise<number> {
  const took: number[] = [];
  for (let sent = 0; sent < goodOnes; sent += 1) {
    const body = stageChange(hub.address.signatureToken);
    const from = performance.now();
    const answer = await request(hub.address.webhookUrl, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    });
    await answer.body.dump();
    if (answer.statusCode !== 200) throw new Error(`a good delivery was answered ${answer.statusCode}`);
    took.push(performance.now() - from);
  }
  return percentile(took, 0.5);
}

/** Posts to one address without pause until it is told to stop. */
function bombard(url: string, body: string): () => Promise<void> {
  const agent = new Agent({ connections: floodLanes });
  let stopped = false;
  const lane = async (): Promise<void> => {
    while (!stopped) {
      const answer = await request(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body,
        dispatcher: agent,
      });
      await answer.body.dump();
    }
  };
  const lanes = Promise.all(Array.from({ length: floodLanes }, lane));
  return async () => {
    stopped = true;
    await lanes;
    await agent.close();
  };
}

/** Rows as they would be there after the attack; those that are aimed at the stub nobody ever looks at. */
const insertRows = ({ db, connectionId }: AttackWorld, count: number, verdict: string) =>
  sql`insert into deliveries
        (id, source, connection_id, event_key, event, received_at, verdict, reference, body_sealed)
      select 'attack-' || n, 'smg', ${connectionId}::text, 'attack-' || n, 'completed',
        now() - make_interval(secs => n / 10.0), ${verdict}, 'nobody-' || n, '\\x00'::bytea
      from generate_series(1, ${count}::int) as n`.execute(db.kysely);
const removeRows = ({ db }: AttackWorld) =>
  sql`delete from deliveries where id like 'attack-%'`.execute(db.kysely);

export const attacks: Attack[] = [
  {
    name: 'beside a flood of unsigned requests',
    figure: 'good delivery answered after, p50 ms',
    async measure(world, aim) {
      const url = aim === 'hub' ? world.hub.address.webhookUrl : world.stubUrl;
      const stop = bombard(url, JSON.stringify({ padding: 'x'.repeat(100 * 1024) }));
      try {
        return await goodDeliveries(world);
      } finally {
        await stop();
      }
    },
  },
  {
    name: `beside ${unmatchedRows.toLocaleString('en')} unmatched rows`,
    figure: 'good delivery answered after, p50 ms',
    async measure(world, aim) {
      await insertRows(world, unmatchedRows, aim === 'hub' ? 'unmatched' : 'discarded');
      try {
        return await goodDeliveries(world);
      } finally {
        await removeRows(world);
      }
    },
  },
  {
    name: `with ${unmatchedRows.toLocaleString('en')} unmatched rows, and no other load`,
    figure: 'CPU of PostgreSQL, ms per second',
    async measure(world, aim) {
      await insertRows(world, unmatchedRows, aim === 'hub' ? 'unmatched' : 'discarded');
      try {
        await settled(world);
        const [before, from] = [world.postgresCpu(), performance.now()];
        await sleep(settling.watchedMs);
        return ((world.postgresCpu() - before) * 1_000) / (performance.now() - from);
      } finally {
        await removeRows(world);
      }
    },
  },
  {
    name: `behind ${poisonRows} messages that cannot be opened`,
    figure: `good kept delivery started after, ms (${patienceMs}: not at all)`,
    async measure(world, aim) {
      await insertRows(world, poisonRows, aim === 'hub' ? 'pending' : 'discarded');
      try {
        return await keptDelivery(world);
      } finally {
        await removeRows(world);
      }
    },
  },
];

/** Until a hub that lets go of rows has done so, and PostgreSQL has tidied up behind it: that is not the looks' doing. */
async function settled({ db }: AttackWorld): Promise<void> {
  const giveUpAt = performance.now() + settling.mostMs;
  for (let before = -1; performance.now() < giveUpAt;) {
    await sleep(settling.pauseMs);
    const { count } = await db.kysely
      .selectFrom('deliveries')
      .select((of) => of.fn.countAll<string>().as('count'))
      .where('verdict', '=', 'unmatched')
      .executeTakeFirstOrThrow();
    if (Number(count) === before) break;
    before = Number(count);
  }
  await sql`vacuum analyze deliveries`.execute(db.kysely);
}

/** As if Temporal had been away when it came. */
async function keptDelivery({ db, ring, connectionId, hub }: AttackWorld): Promise<number> {
  const body = stageChange(hub.address.signatureToken);
  const { token, data } = JSON.parse(body) as { token: string; data: { opportunityId: string } };
  const deliveries = createDeliveries(db, ring);
  const id = `dlv_${randomUUID()}`;
  await deliveries.record({
    id,
    source: 'lever',
    connectionId,
    eventKey: token,
    event: 'candidateStageChange',
    receivedAt: Date.now(),
    verdict: 'pending',
    opportunityId: data.opportunityId,
    body: Buffer.from(body),
    request: { method: 'POST', headers: {}, pathRest: '', query: {} },
  });
  const from = performance.now();
  while (performance.now() - from < patienceMs) {
    if ((await deliveries.get(id))?.verdict === 'started') return performance.now() - from;
    await sleep(20);
  }
  // It would stand before those of the next turn.
  await deliveries.setVerdict(id, 'discarded');
  return patienceMs;
}
