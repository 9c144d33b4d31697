import {
  applicant,
  applied,
  configure,
  ended,
  inLever,
  invitedApplicant,
  move,
  noted,
  times,
} from '../helpers/story';
import { startWorld } from '../helpers/world';
import type { World } from '../helpers/world';

let world: World;
afterEach(() => world?.stop());

describe('time that passes', () => {
  it('brings the reminders that the connection asks for, each a note with the link', async () => {
    world = await startWorld({ settings: { reminders: ['1s', '2s'] } });
    const person = await invitedApplicant(world);
    const notes = () => inLever(world, person).notes;
    await noted(world, person, 2);
    expect(times(inLever(world, person).tags, 'POP-IN-Progress')).toBe(1);
    for (const note of notes()) expect(JSON.stringify(note)).toContain(person.application.appLink);
    world.pop.admin.complete(person.application.applicationId);
    await ended(world, person, 'completed');
    expect(notes()).toHaveLength(2);
  });

  it('finds by polling what a lost callback never told', async () => {
    world = await startWorld({ env: { POLL_INTERVAL_MIN: '500ms', POLL_INTERVAL_MAX: '1s' } });
    const person = await invitedApplicant(world);
    world.pop.admin.fault({ kind: 'lost-callback' });
    world.pop.admin.complete(person.application.applicationId);
    const run = await ended(world, person, 'completed');
    expect(world.pop.admin.callbacks()).toEqual([]);
    const { tags, links } = inLever(world, person);
    const { appLink, repLink } = world.pop.admin.application(person.application.applicationId);
    expect(times(tags, 'POP-Completed')).toBe(1);
    expect([...links].sort()).toEqual([appLink, repLink].sort());
    expect(run.timeline.map(({ status }) => status)).not.toContain('expired');
  });

  it('ends an invitation at its deadline, but not before the vendor was asked a last time', async () => {
    // No poll is due before the deadline: only the last look can find the completion.
    world = await startWorld({ settings: { expiresAfter: '3s' } });
    const diligent = applicant(world);
    const idle = applicant(world);
    for (const person of [diligent, idle]) move(world, person);
    const { applicationId } = await applied(world, diligent);
    world.pop.admin.fault({ kind: 'lost-callback' });
    world.pop.admin.complete(applicationId);

    const run = await ended(world, idle, 'expired');
    expect(run.timeline.at(-1)).toMatchObject({ kind: 'closed', detail: 'deadline' });
    const { tags, notes } = inLever(world, idle);
    expect(tags).toContain('POP-Error');
    expect(tags).not.toContain('POP-IN-Progress');
    expect(JSON.stringify(notes)).toContain('expired before it was completed');

    await ended(world, diligent, 'completed');
    expect(inLever(world, diligent).tags).toContain('POP-Completed');
    expect(inLever(world, diligent).notes).toEqual([]);
  });

  it('ends what the vendor itself let expire', async () => {
    world = await startWorld({ env: { POLL_INTERVAL_MIN: '500ms', POLL_INTERVAL_MAX: '1s' } });
    await configure(world, { expiresAfter: 'never' });
    const person = await invitedApplicant(world);
    world.pop.admin.expire(person.application.applicationId);
    await ended(world, person, 'expired');
    expect(inLever(world, person).tags).toContain('POP-Error');
  });
});
