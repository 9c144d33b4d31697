import { randomUUID } from 'node:crypto';
import type { Database } from '../../db/database';
import { createAssessments } from '../../db/repositories/assessments';
import { openTestDatabase } from '../helpers/database';
import { aNote, aRecord, aRun } from '../helpers/domain';
import { testRing } from '../helpers/keys';

let db: Database;
let close: () => Promise<void>;
let assessments: ReturnType<typeof createAssessments>;

beforeAll(async () => {
  ({ db, close } = await openTestDatabase());
  assessments = createAssessments(db, testRing('k1'));
});
afterAll(() => close());

/** Runs of the events of one session, in the order in which the hub got them. */
const runsOf = (session: string, amount: number) =>
  Array.from({ length: amount }, (_, index) => {
    const run = aRun({ workflowId: `assessment/upwage/con_1/${session}/${index}` });
    return { run, open: () => assessments.openRow(run, aNote({ receivedAt: 1_000 + index })) };
  });

const over = (
  run: ReturnType<typeof aRun>,
  patch: Partial<Parameters<typeof aRecord>[0]> = { closed: true },
) => assessments.write({ run, records: [aRecord({ seq: 1, ...patch })], deliveries: [] });

test('one at a time, the earliest first, and each keeps its turn', async () => {
  const runs = runsOf(randomUUID(), 3);
  for (const { open } of runs) await open();
  const [first, second, third] = runs.map(({ run }) => run);
  if (!first || !second || !third) throw new Error('three were made');
  expect(await assessments.takeTurn(third)).toBe(false);
  expect(await assessments.takeTurn(first)).toBe(true);
  expect(await assessments.takeTurn(first)).toBe(true);
  expect(await assessments.takeTurn(second)).toBe(false);
  await over(first);
  expect(await assessments.takeTurn(third)).toBe(false);
  expect(await assessments.takeTurn(second)).toBe(true);
  // It waits for a person now.
  await over(second, { attention: true });
  expect(await assessments.takeTurn(third)).toBe(true);
});

test('an earlier one whose row comes later waits, however close they are', async () => {
  for (let round = 0; round < 20; round += 1) {
    const runs = runsOf(randomUUID(), 4).reverse();
    const turns = await Promise.all(
      runs.map(async ({ run, open }) => {
        await open();
        return assessments.takeTurn(run);
      }),
    );
    expect(turns.filter(Boolean).length).toBeLessThanOrEqual(1);
  }
});

test('runs of other sessions and other connections do not matter', async () => {
  const session = randomUUID();
  const [one] = runsOf(session, 1);
  const [other] = runsOf(`${session}0`, 1);
  const elsewhere = aRun({ workflowId: `assessment/upwage/con_2/${session}/0`, connectionId: 'con_2' });
  if (!one || !other) throw new Error('two were made');
  await one.open();
  await other.open();
  await assessments.openRow(elsewhere, null);
  for (const run of [one.run, other.run, elsewhere]) expect(await assessments.takeTurn(run)).toBe(true);
});

test('whoever had the later turn speaks for the candidate, whichever row was there first', async () => {
  const session = randomUUID();
  const runs = runsOf(session, 2);
  const [first, second] = runs.map(({ run }) => run);
  if (!first || !second) throw new Error('two were made');
  // The later event's row comes first.
  for (const { open } of [...runs].reverse()) await open();
  expect(await assessments.takeTurn(first)).toBe(true);
  await over(first, { status: 'completed', facts: { vendorRef: session }, closed: true });
  expect(await assessments.takeTurn(second)).toBe(true);
  await over(second, { status: 'completed', facts: { vendorRef: session } });
  expect(await assessments.isOvertaken(first.assessmentId)).toBe(true);
  expect(await assessments.isOvertaken(second.assessmentId)).toBe(false);
});
