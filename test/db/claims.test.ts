import { randomUUID } from 'node:crypto';
import type { Claim } from '../../db/repositories/claims';
import { createClaims } from '../../db/repositories/claims';
import { openTestDatabase } from '../helpers/database';

let close: () => Promise<void>;
let claims: ReturnType<typeof createClaims>;

beforeAll(async () => {
  const opened = await openTestDatabase();
  close = opened.close;
  claims = createClaims(opened.db);
});
afterAll(() => close());

const aClaim = (patch: Partial<Claim> = {}): Claim => ({
  connectionId: 'con_1',
  opportunityId: randomUUID(),
  assessmentRef: '10002063',
  stageChangedAt: Date.parse('2026-03-01T12:00:00.123Z'),
  workflowId: randomUUID(),
  ...patch,
});

it('gives a stage change to one of 20 runs', async () => {
  const claim = aClaim();
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => claims.take([{ ...claim, workflowId: randomUUID() }])),
  );
  expect(answers.flat().filter((answer) => answer === 'taken')).toHaveLength(1);
  expect(answers.flat().filter((answer) => answer === 'already_assessed')).toHaveLength(19);
});

it('gives one opportunity and assessment to one of 20 runs of different stage changes', async () => {
  const claim = aClaim();
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, i) =>
      claims.take([{ ...claim, stageChangedAt: claim.stageChangedAt + i, workflowId: randomUUID() }]),
    ),
  );
  expect(answers.flat().filter((answer) => answer === 'taken')).toHaveLength(1);
  expect(answers.flat().filter((answer) => answer === 'already_active')).toHaveLength(19);
});

it('succeeds again for the same workflow, 20 times at once as well', async () => {
  const claim = aClaim();
  const answers = await Promise.all(Array.from({ length: 20 }, () => claims.take([claim])));
  expect(new Set(answers.flat())).toEqual(new Set(['taken']));
});

it('answers each of several claims, in whatever order two runs ask', async () => {
  const [a, b] = [aClaim(), aClaim({ assessmentRef: '2' })];
  const [first, second] = [randomUUID(), randomUUID()];
  const both = await Promise.all([
    claims.take([
      { ...a, workflowId: first },
      { ...b, workflowId: first },
    ]),
    claims.take([
      { ...b, workflowId: second },
      { ...a, workflowId: second },
    ]),
  ]);
  expect(both.flat().filter((answer) => answer === 'taken')).toHaveLength(2);
});

it('a released claim guards its stage change for ever, and lets a later one in', async () => {
  const claim = aClaim();
  await claims.take([claim]);
  const later = { ...claim, stageChangedAt: claim.stageChangedAt + 60_000, workflowId: randomUUID() };
  expect(await claims.take([later])).toEqual(['already_active']);
  await claims.release(claim.workflowId);
  expect(await claims.take([{ ...claim, workflowId: randomUUID() }])).toEqual(['already_assessed']);
  expect(await claims.take([later])).toEqual(['taken']);
  // The first one is reset: it does not take the place of the other, nor stand beside it.
  expect(await claims.take([claim])).toEqual(['already_active']);
  expect(await claims.holder(claim)).toEqual({
    workflowId: claim.workflowId,
    stageChangedAt: claim.stageChangedAt,
    active: false,
  });
  expect(await claims.activeHolder(claim)).toMatchObject({ workflowId: later.workflowId });
});

it('lists the assessments of a stage change', async () => {
  const claim = aClaim();
  await claims.take([claim, { ...claim, assessmentRef: '2' }]);
  const found = await claims.ofStageChange(claim);
  expect(found.map(({ assessmentRef }) => assessmentRef).sort()).toEqual(['10002063', '2']);
  expect(await claims.holder(aClaim())).toBeNull();
});

it('tells which stage changes of these opportunities were answered, over and done or not', async () => {
  const [first, second, foreign] = [aClaim(), aClaim(), aClaim({ connectionId: 'con_2' })];
  await claims.take([first, second, foreign]);
  await claims.release(second.workflowId);
  const people = [first, second, foreign].map(({ opportunityId }) => opportunityId);
  const found = await claims.ofOpportunities('con_1', [...people, randomUUID()]);
  const expected = [first, second].map(({ opportunityId, stageChangedAt, workflowId }) => ({
    opportunityId,
    stageChangedAt,
    workflowId,
  }));
  expect(found).toHaveLength(2);
  expect(found).toEqual(expect.arrayContaining(expected));
  expect(await claims.ofOpportunities('con_1', [])).toEqual([]);
});

it('names each workflow that has held a claim for long, once', async () => {
  const open = aClaim({ connectionId: randomUUID() });
  const over = aClaim({ connectionId: randomUUID() });
  await claims.take([open, { ...open, assessmentRef: 'another' }, over]);
  await claims.release(over.workflowId);
  const holders = await claims.active(Date.now() + 60_000);
  expect(holders.filter((id) => id === open.workflowId)).toHaveLength(1);
  expect(holders).not.toContain(over.workflowId);
  expect(await claims.active(Date.now() - 60_000)).toEqual([]);
});

it('a run that was reset holds its claim anew', async () => {
  const claim = aClaim();
  await claims.take([claim]);
  await claims.release(claim.workflowId);
  expect(await claims.take([claim])).toEqual(['taken']);
  const later = { ...claim, stageChangedAt: claim.stageChangedAt + 60_000, workflowId: randomUUID() };
  expect(await claims.take([later])).toEqual(['already_active']);
});
