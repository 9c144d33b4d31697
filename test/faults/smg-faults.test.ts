import type { FaultInput } from '../../simulators/smg/faults';
import { startProcessWorld } from '../helpers/process-world';
import { useWorld } from '../helpers/use-world';
import { complete, enter, expectEachOnce, untilInvited, untilOver } from './run';

const world = useWorld(startProcessWorld);
afterEach(() => world.smg.admin.clearFaults());

/** What a repeat of the same command overcomes. */
const passing: { name: string; fault: FaultInput }[] = (
  ['application_create', 'application_get', 'score_calc_get'] as const
).flatMap((command) => {
  // Of the repeated creation the answer is "there is one already", which is an answer and gets through.
  const lost = command === 'application_create' ? 1 : 2;
  return [
    {
      name: `does ${command} and drops the connection`,
      fault: { kind: 'lost-answer', how: 'drop', command, count: lost },
    },
    {
      name: `does ${command} and never answers`,
      fault: { kind: 'lost-answer', how: 'hang', command, count: lost },
    },
    { name: `never gets ${command}`, fault: { kind: 'lost-request', how: 'drop', command, count: 2 } },
    { name: `answers 500 to ${command}`, fault: { kind: 'http', status: 500, command, count: 2 } },
    {
      name: `answers 429 to ${command}`,
      fault: { kind: 'http', status: 429, retryAfterSeconds: 1, command, count: 2 },
    },
  ];
});

test.each(passing)('SMG $name: one application, each effect once', async ({ fault }) => {
  const candidate = enter(world);
  world.smg.admin.fault(fault);
  world.move(candidate);
  await untilInvited(world, candidate);
  complete(world, candidate);
  await expectEachOnce(world, candidate);
  expect(world.smg.admin.faults()).toEqual([]);
});

test.each([
  { code: 1703, text: 'This position is closed', reason: 'SMG error 1703 (This position is closed)' },
  { code: 5, text: 'No partner account', reason: "SMG error 5. Check the connection's SMG credentials" },
])(
  'SMG refuses the invitation with $code: failed, with the error tag and the reason',
  async ({ code, text, reason }) => {
    const candidate = enter(world);
    world.smg.admin.fault({
      kind: 'error-code',
      command: 'application_create',
      error_code: code,
      error_text: text,
    });
    world.move(candidate);
    const runs = await untilOver(world, candidate);
    expect(runs).toMatchObject([{ status: 'failed', attention: false }]);
    expect(world.smg.admin.applications({ email: candidate.email })).toEqual([]);
    const changes = world.diary.of(candidate.opportunityId).sort();
    expect(changes).toEqual([expect.stringContaining('+note '), '+tag POP-Error']);
    expect(changes[0]).toContain(reason);
  },
);

test('SMG refuses the score: the candidate is completed all the same, and the note says what is missing', async () => {
  const candidate = enter(world);
  world.smg.admin.fault({ kind: 'error-code', command: 'score_calc_get', error_code: 1799 });
  world.move(candidate);
  await untilInvited(world, candidate);
  complete(world, candidate);
  const runs = await untilOver(world, candidate);
  expect(runs).toMatchObject([{ status: 'completed' }]);
  const { tags } = world.lever.admin.candidate(candidate.opportunityId);
  expect(tags).toContain('POP-Completed');
  expect(tags).not.toContain('POP-IN-Progress');
});
