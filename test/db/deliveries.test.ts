import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import type { Database } from '../../db/database';
import { createAssessments } from '../../db/repositories/assessments';
import { createDeliveries } from '../../db/repositories/deliveries';
import { deliveryReason } from '../../domain/delivery-reasons';
import { openTestDatabase } from '../helpers/database';
import { aNote, aRecord, aRun } from '../helpers/domain';
import { testRing } from '../helpers/keys';

const ring = testRing();
let db: Database;
let close: () => Promise<void>;
let deliveries: ReturnType<typeof createDeliveries>;

beforeAll(async () => {
  ({ db, close } = await openTestDatabase());
  deliveries = createDeliveries(db, ring);
});
afterAll(() => close());
beforeEach(async () => {
  await db.kysely.deleteFrom('deliveries').execute();
});

describe('record', () => {
  it('spends a token once, whoever of 20 comes first', async () => {
    const eventKey = randomUUID();
    const verdicts = await Promise.all(
      Array.from({ length: 20 }, () => deliveries.record(aNote({ eventKey }))),
    );
    expect(verdicts.filter(({ verdict }) => verdict === 'started')).toHaveLength(1);
    expect(verdicts.filter(({ verdict }) => verdict === 'duplicate')).toHaveLength(19);
    expect((await deliveries.list({ limit: 50 })).data).toHaveLength(20);
  });

  it('keeps the first word on a delivery that is written again, and fills in what it lacked', async () => {
    const note = aNote();
    await deliveries.record(note);
    const again = await deliveries.record({
      ...note,
      verdict: 'ignored',
      workflowId: 'w1',
      body: Buffer.from('{}'),
    });
    expect(again.verdict).toBe('started');
    expect(await deliveries.full(note.id)).toMatchObject({
      verdict: 'started',
      workflowId: 'w1',
      body: Buffer.from('{}'),
    });
    expect((await deliveries.list({ limit: 50 })).data).toHaveLength(1);
  });

  it('is at peace with itself when one delivery is written 20 times at once', async () => {
    const note = aNote();
    const verdicts = await Promise.all(Array.from({ length: 20 }, () => deliveries.record(note)));
    expect(new Set(verdicts.map(({ verdict }) => verdict))).toEqual(new Set(['started']));
    expect((await deliveries.list({ limit: 50 })).data).toHaveLength(1);
  });

  it('lets a token be used again after it led to nothing', async () => {
    const eventKey = randomUUID();
    expect(await deliveries.record(aNote({ eventKey, verdict: 'ignored' }))).toEqual({ verdict: 'ignored' });
    expect(await deliveries.spentBy('lever', 'con_1', eventKey)).toBeNull();
    const rerun = aNote({ eventKey, opportunityId: 'opp_7' });
    expect(await deliveries.record({ ...rerun, workflowId: 'w7' })).toEqual({ verdict: 'started' });
    expect(await deliveries.spentBy('lever', 'con_1', eventKey)).toEqual({
      deliveryId: rerun.id,
      opportunityId: 'opp_7',
      workflowId: 'w7',
    });
  });

  it('keeps tokens of different sources and connections apart', async () => {
    const eventKey = randomUUID();
    for (const patch of [{}, { connectionId: 'con_2' }, { source: 'smg' as const }]) {
      expect(await deliveries.record(aNote({ eventKey, ...patch }))).toEqual({ verdict: 'started' });
    }
  });

  it('seals body and request, each for its own row', async () => {
    const note = aNote();
    const request = { method: 'PATCH', headers: { 'x-a': 'ann' }, pathRest: '647', query: { q: 'ann' } };
    await deliveries.record({
      ...note,
      body: Buffer.from('{"name":"ann"}'),
      request,
      contentType: 'application/json',
    });
    expect((await deliveries.body(note.id))?.toString()).toBe('{"name":"ann"}');
    expect((await deliveries.full(note.id))?.request).toEqual(request);
    const raw = await db.kysely.selectFrom('deliveries').selectAll().executeTakeFirstOrThrow();
    expect(Buffer.concat([raw.body_sealed as Buffer, raw.request_sealed as Buffer]).includes('ann')).toBe(
      false,
    );
    expect(await deliveries.body('unknown')).toBeNull();
  });
});

describe('setVerdict', () => {
  it('says what stands, and never spends a token twice', async () => {
    const [first, second] = [aNote(), aNote({ verdict: 'held' })];
    const reason = deliveryReason('taken_with_another', first.id);
    await deliveries.record(first);
    await deliveries.record({ ...second, eventKey: first.eventKey });
    expect(await deliveries.setVerdict(second.id, 'started', { workflowId: 'w', reason })).toBe('duplicate');
    expect(await deliveries.setVerdict(second.id, 'discarded')).toBe('discarded');
    expect(await deliveries.setVerdict('unknown', 'discarded')).toBeNull();
    expect(await deliveries.get(second.id)).toMatchObject({ workflowId: 'w', reason });
  });
});

describe('takePending', () => {
  const pend = async (count: number, from = 1_000): Promise<string[]> => {
    const notes = Array.from({ length: count }, (_, i) =>
      aNote({ verdict: 'pending', receivedAt: from + i }),
    );
    for (const note of notes) await deliveries.record(note);
    return notes.map((note) => note.id);
  };

  it('shares the work: no delivery is held by two takers', async () => {
    const ids = await pend(30);
    const held = new Set<string>();
    const seen: string[] = [];
    const taker = () =>
      deliveries.takePending(30, async ({ id }) => {
        expect(held.has(id)).toBe(false);
        held.add(id);
        seen.push(id);
        await new Promise((resolve) => setImmediate(resolve));
        held.delete(id);
        return { verdict: 'started', workflowId: `w-${id}` };
      });
    const counts = await Promise.all([taker(), taker(), taker()]);
    expect(counts.reduce((a, b) => a + b)).toBe(30);
    expect(seen.sort()).toEqual(ids.sort());
    expect((await deliveries.list({ verdict: 'started', limit: 50 })).data).toHaveLength(30);
  });

  it('takes the oldest first, and no more than asked', async () => {
    const ids = await pend(3);
    const seen: string[] = [];
    await deliveries.takePending(2, async ({ id }) => {
      seen.push(id);
      return { verdict: 'started' };
    });
    expect(seen).toEqual(ids.slice(0, 2));
  });

  it('passes by what waits for a run that rests, without a try, and takes it in its order afterwards', async () => {
    const ids = await pend(4);
    const [first, , third] = ids as [string, string, string, string];
    await sql`update deliveries set workflow_id = 'busy' where id in (${first}, ${third})`.execute(db.kysely);
    const seen: string[] = [];
    const take = (resting: string[]) =>
      deliveries.takePending(
        10,
        async ({ id }) => {
          seen.push(id);
          return { verdict: 'started' };
        },
        () => resting,
      );
    expect(await take(['busy', 'other'])).toBe(2);
    expect(await deliveries.get(first)).toMatchObject({ verdict: 'pending', attempts: 0 });
    expect(await take([])).toBe(2);
    expect(seen.slice(2)).toEqual([first, third]);
  });

  it('leaves what could not be delivered, counts the attempt, and goes on to the others next time', async () => {
    const [stuck, fine] = await pend(2);
    const fn = async ({ id }: { id: string }) => {
      if (id === stuck) throw new Error('Temporal is away');
      return { verdict: 'started' as const };
    };
    await expect(deliveries.takePending(10, fn)).rejects.toThrow('Temporal is away');
    expect(await deliveries.get(stuck as string)).toMatchObject({ verdict: 'pending', attempts: 1 });
    await expect(deliveries.takePending(10, fn)).rejects.toThrow('Temporal is away');
    // The one that was not tried came first.
    expect(await deliveries.get(fine as string)).toMatchObject({ verdict: 'started', attempts: 1 });
    expect(await deliveries.takePending(10, async () => null)).toBe(0);
    expect(await deliveries.get(stuck as string)).toMatchObject({ verdict: 'pending', attempts: 3 });
  });

  it('takes one that was tried longer ago ahead of those that came since, in the order in which they came', async () => {
    const [first, second, third] = (await pend(3)) as [string, string, string];
    const triedAgo = (id: string, seconds: number) =>
      sql`update deliveries set attempts = 1, tried_at = now() - make_interval(secs => ${seconds})
          where id = ${id}`.execute(db.kysely);
    // The outage met the second one before the first.
    await triedAgo(second, 300);
    await triedAgo(first, 120);
    await triedAgo(third, 5);
    await pend(2, 2_000);
    const seen: string[] = [];
    const take = (limit: number) =>
      deliveries.takePending(limit, async ({ id }) => {
        seen.push(id);
        return { verdict: 'started' };
      });
    await take(4);
    expect(seen.slice(0, 2)).toEqual([first, second]);
    expect(seen).not.toContain(third);
    await take(4);
    expect(seen[4]).toBe(third);
    expect(await deliveries.get(first)).toMatchObject({ verdict: 'started', attempts: 2 });
  });

  it('serves one connection after the other, however many wait for one of them', async () => {
    const wait = async (connectionId: string, count: number, from: number) => {
      for (let index = 0; index < count; index += 1) {
        await deliveries.record(aNote({ verdict: 'pending', connectionId, receivedAt: from + index }));
      }
    };
    await wait('con_crowd', 30, 1_000);
    await wait('con_b', 2, 5_000);
    await wait('con_a', 1, 9_000);
    const served: string[] = [];
    const fn = async ({ connectionId, receivedAt }: { connectionId: string; receivedAt: number }) => {
      served.push(`${connectionId} ${receivedAt}`);
      return { verdict: 'started' as const };
    };
    expect(await deliveries.takePending(6, fn)).toBe(6);
    expect([...served].sort()).toEqual([
      'con_a 9000',
      'con_b 5000',
      'con_b 5001',
      'con_crowd 1000',
      'con_crowd 1001',
      'con_crowd 1002',
    ]);
    expect(served.indexOf('con_a 9000')).toBeLessThan(3);
    // More connections wait than one call takes: the next call goes on with those that were not served.
    served.length = 0;
    for (const connectionId of ['con_1', 'con_2', 'con_3', 'con_4']) await wait(connectionId, 2, 1_000);
    await deliveries.takePending(3, fn);
    await deliveries.takePending(2, fn);
    expect(new Set(served.map((one) => one.split(' ')[0])).size).toBe(5);
  });

  it('passes nobody over where PostgreSQL and JavaScript order names differently', async () => {
    const own = await openTestDatabase();
    try {
      await sql`alter table deliveries alter connection_id type text collate "und-x-icu"`.execute(
        own.db.kysely,
      );
      const theirs = createDeliveries(own.db, ring);
      const wait = (connectionId: string) => theirs.record(aNote({ verdict: 'pending', connectionId }));
      const take = async (limit: number): Promise<string[]> => {
        const served: string[] = [];
        await theirs.takePending(limit, async ({ connectionId }) => {
          served.push(connectionId);
          return { verdict: 'started' };
        });
        return served;
      };
      // Small letters come before capitals there.
      await wait('con_B');
      expect(await take(1)).toEqual(['con_B']);
      await wait('con_a');
      expect(await take(2)).toEqual(['con_a']);
      for (const connectionId of ['con_a', 'con_B', 'con_c']) await wait(connectionId);
      expect(await take(3)).toEqual(['con_B', 'con_c', 'con_a']);
    } finally {
      await own.close();
    }
  });

  it('holds what cannot be opened, and takes what is behind it', async () => {
    const [damaged, lost, fine] = await pend(3);
    const odd = createDeliveries(db, testRing('another'));
    const note = aNote({ verdict: 'pending', receivedAt: 1 });
    await odd.record({ ...note, body: Buffer.from('{}') });
    await db.kysely
      .updateTable('deliveries')
      .set({ body_sealed: Buffer.from('not sealed') })
      .where('id', '=', damaged as string)
      .execute();
    await db.kysely
      .updateTable('deliveries')
      .set({ request_sealed: Buffer.alloc(100, 1) })
      .where('id', '=', lost as string)
      .execute();
    const seen: string[] = [];
    const taken = await deliveries.takePending(10, async ({ id }) => {
      seen.push(id);
      return { verdict: 'started' };
    });
    expect(seen).toEqual([fine]);
    expect(taken).toBe(4);
    const unopened = [damaged, lost, note.id] as string[];
    for (const id of unopened) {
      expect(await deliveries.get(id)).toMatchObject({
        verdict: 'held',
        reason: deliveryReason('unopened'),
      });
      await expect(deliveries.full(id)).rejects.toMatchObject({ code: 'conflict' });
    }
    expect(await deliveries.body(note.id)).toBeNull();
  });
});

describe('takeMatched', () => {
  it('takes an unmatched callback as soon as an assessment has its reference', async () => {
    const assessments = createAssessments(db, ring);
    const note = aNote({ source: 'smg', verdict: 'unmatched', opportunityId: null });
    await deliveries.record({ ...note, reference: '647' });
    const old = aNote({ source: 'smg', verdict: 'unmatched', receivedAt: Date.now() - 8 * 86_400_000 });
    await deliveries.record({ ...old, reference: '647' });
    const seen: string[] = [];
    const take = () =>
      deliveries.takeMatched(10, async ({ id, reference }) => {
        seen.push(`${id} ${reference}`);
        return { verdict: 'signalled', workflowId: 'w' };
      });
    expect(await take()).toBe(0);
    await assessments.write({
      run: aRun({ connectionId: 'con_other' }),
      records: [aRecord({ facts: { vendorRef: '647' } })],
      deliveries: [],
    });
    expect(await take()).toBe(0);
    await assessments.write({
      run: aRun(),
      records: [aRecord({ facts: { vendorRef: '647' } })],
      deliveries: [],
    });
    expect(await take()).toBe(1);
    expect(seen).toEqual([`${note.id} 647`]);
    expect(await deliveries.get(note.id)).toMatchObject({ verdict: 'signalled', workflowId: 'w' });
  });

  it('does not signal what meanwhile came again and was taken', async () => {
    await createAssessments(db, ring).write({
      run: aRun(),
      records: [aRecord({ facts: { vendorRef: '900' } })],
      deliveries: [],
    });
    const note = aNote({ source: 'smg', verdict: 'unmatched' });
    await deliveries.record({ ...note, reference: '900' });
    await deliveries.record(aNote({ source: 'smg', verdict: 'signalled', eventKey: note.eventKey }));
    await deliveries.takeMatched(10, async () => ({ verdict: 'signalled' }));
    expect(await deliveries.get(note.id)).toMatchObject({ verdict: 'duplicate' });
  });
});

describe('list', () => {
  it('pages through everything once, newest first, and filters', async () => {
    for (let i = 0; i < 7; i += 1) {
      // Two share a time, so that the order of ids decides between them.
      await deliveries.record(
        aNote({ receivedAt: 1000 + Math.floor(i / 2), connectionId: i === 6 ? 'con_2' : 'con_1' }),
      );
    }
    const seen: { at: number; id: string }[] = [];
    let after: string | undefined;
    do {
      const page = await deliveries.list({ limit: 3, ...(after !== undefined && { after }) });
      seen.push(...page.data.map((row) => ({ at: row.receivedAt, id: row.id })));
      after = page.next ?? undefined;
    } while (after !== undefined);
    expect(new Set(seen.map(({ id }) => id)).size).toBe(7);
    expect(seen.map(({ at }) => at)).toEqual([1003, 1002, 1002, 1001, 1001, 1000, 1000]);
    expect((await deliveries.list({ connection: 'con_2', limit: 10 })).data).toHaveLength(1);
    expect(await deliveries.list({ verdict: 'held', limit: 10 })).toEqual({ data: [], next: null });
    expect((await deliveries.list({ source: 'smg', limit: 10 })).data).toHaveLength(0);
    expect((await deliveries.list({ opportunity: 'opp_1', limit: 10 })).data).toHaveLength(7);
    await expect(deliveries.list({ limit: 3, after: 'made-up' })).rejects.toMatchObject({
      code: 'input.invalid',
    });
  });
});
