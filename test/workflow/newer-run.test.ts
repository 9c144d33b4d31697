import { SEED } from '../../simulators/lever/seed';
import type { Person } from '../helpers/actions';
import {
  applicant,
  applications,
  configure,
  ended,
  inLever,
  invitedApplicant,
  look,
  move,
  operator,
  runOf,
  runsOf,
} from '../helpers/actions';
import { until } from '../helpers/until';
import { useWorld } from '../helpers/use-world';
import { startWorld } from '../helpers/world';

/** Two runs of one candidate, one after the other: only the newer one says how the candidate stands and where they go. */

const { stages } = SEED;

const world = useWorld(() => startWorld({ settings: { resultsStage: 'Review' } }));

const notesOf = (person: Person): string => JSON.stringify(inLever(world, person).notes);

/** Moved out of the trigger stage and in again; the application that comes of it. */
async function invitedAgain(person: Person) {
  const before = applications(world, person).map(({ applicationId }) => applicationId);
  move(world, person, stages.phoneScreen, { silent: true });
  move(world, person);
  const application = await until('the vendor was asked once more', () =>
    applications(world, person).find(({ applicationId }) => !before.includes(applicationId)),
  );
  await until(
    'Lever shows it',
    () => inLever(world, person).links,
    (seen) => seen.includes(application.appLink),
  );
  return application;
}

it('a move that Lever refused does not stand in the way of the next assessment, nor undo it later', async () => {
  const person = await invitedApplicant(world);
  const { id } = await runOf(world, person);
  world.lever.admin.fault({ kind: 'status', method: 'PUT', path: '/opportunities/:id/stage', status: 400 });
  world.smg.admin.complete(person.application.applicationId);
  await until(
    'the run wants a person',
    () => look(world, id),
    ({ attention }) => attention,
  );

  const second = await invitedAgain(person);
  const retried = await operator(
    world,
    'POST',
    `/assessments/${id}/effects/${encodeURIComponent('completed/stage')}/retry`,
  );
  expect(retried.status).toBe(200);
  const first = await until('the older run is over', async () => {
    const run = await look(world, id);
    return run.closedAt === null ? null : run;
  });
  expect(first).toMatchObject({ status: 'completed', attention: false });
  expect(inLever(world, person).stage).toBe(stages.assessment);
  expect(inLever(world, person).tags).toEqual(expect.arrayContaining(['POP-IN-Progress']));
  expect(inLever(world, person).tags).not.toContain('POP-Completed');
  expect(notesOf(person)).toContain('a newer assessment of theirs has begun');

  world.smg.admin.complete(second.applicationId);
  await until(
    'the newer one moves',
    () => inLever(world, person),
    ({ stage }) => stage === stages.review,
  );
  expect(inLever(world, person).tags).toContain('POP-Completed');
  expect(inLever(world, person).tags).not.toContain('POP-IN-Progress');
});

it('a result of the older run after its end is noted, and nothing else', async () => {
  await configure(world, { expiresAfter: '1s', note: 'Score {score}' });
  const person = applicant(world);
  move(world, person);
  const first = await ended(world, person, 'expired');
  await configure(world, { expiresAfter: null });
  const [application] = applications(world, person);
  const second = await invitedAgain(person);
  world.smg.admin.complete(application?.applicationId ?? '');
  const amended = await until('the older run is amended, and its amendment over', async () => {
    const run = await look(world, first.id);
    const lines = run.timeline.map(({ kind }) => kind);
    return lines.indexOf('closed') !== lines.lastIndexOf('closed') ? run : null;
  });
  expect(amended.status).toBe('completed');
  const shown = inLever(world, person);
  expect(shown.links).toContain(application?.repLink);
  expect(notesOf(person)).toContain('Score ');
  expect(shown.tags).toContain('POP-IN-Progress');
  expect(shown.tags).not.toContain('POP-Completed');
  expect(shown.stage).toBe(stages.assessment);

  world.smg.admin.complete(second.applicationId);
  await until(
    'the newer one moves',
    () => inLever(world, person),
    ({ stage }) => stage === stages.review,
  );
  expect(inLever(world, person).tags).toContain('POP-Completed');
  expect(await runsOf(world, person)).toHaveLength(2);
  await configure(world, { note: null });
});
