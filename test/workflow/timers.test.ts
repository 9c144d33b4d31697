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
} from '../helpers/actions';
import { withWorld } from '../helpers/use-world';
import { startWorld } from '../helpers/world';

describe('time that passes', () => {
  it('brings the reminders that the connection asks for, each a note with the link', () =>
    withWorld(
      () => startWorld({ settings: { reminders: ['1s', '2s'] } }),
      async (world) => {
        const person = await invitedApplicant(world);
        const notes = () => inLever(world, person).notes;
        await noted(world, person, 2);
        expect(times(inLever(world, person).tags, 'POP-IN-Progress')).toBe(1);
        for (const note of notes()) expect(JSON.stringify(note)).toContain(person.application.appLink);
        world.smg.admin.complete(person.application.applicationId);
        await ended(world, person, 'completed');
        expect(notes()).toHaveLength(2);
      },
    ));

  it('finds by polling what a lost callback never told', () =>
    withWorld(
      () => startWorld({ env: { POLL_INTERVAL_MIN: '500ms', POLL_INTERVAL_MAX: '1s' } }),
      async (world) => {
        const person = await invitedApplicant(world);
        world.smg.admin.fault({ kind: 'lost-callback' });
        world.smg.admin.complete(person.application.applicationId);
        const run = await ended(world, person, 'completed');
        expect(world.smg.admin.callbacks()).toEqual([]);
        const { tags, links } = inLever(world, person);
        const { appLink, repLink } = world.smg.admin.application(person.application.applicationId);
        expect(times(tags, 'POP-Completed')).toBe(1);
        expect([...links].sort()).toEqual([appLink, repLink].sort());
        expect(run.timeline.map(({ status }) => status)).not.toContain('expired');
      },
    ));

  it('ends an invitation at its deadline, but not before the vendor was asked a last time', () =>
    // No poll is due before the deadline: only the last look can find the completion.
    withWorld(
      () => startWorld({ settings: { expiresAfter: '3s' } }),
      async (world) => {
        const diligent = applicant(world);
        const idle = applicant(world);
        // Completed before the hub knows that there is anything to complete, so that no deadline can come first.
        world.smg.admin.fault({ kind: 'early-completion' });
        world.smg.admin.fault({ kind: 'lost-callback' });
        move(world, diligent);
        await applied(world, diligent);
        move(world, idle);

        const run = await ended(world, idle, 'expired');
        expect(run.reasonCode).toBe('deadline');
        const { tags, notes } = inLever(world, idle);
        expect(tags).toContain('POP-Error');
        expect(tags).not.toContain('POP-IN-Progress');
        expect(JSON.stringify(notes)).toContain('expired before it was completed');

        await ended(world, diligent, 'completed');
        expect(inLever(world, diligent).tags).toContain('POP-Completed');
        expect(inLever(world, diligent).notes).toEqual([]);
      },
    ));

  it('ends what the vendor itself let expire', () =>
    withWorld(
      () => startWorld({ env: { POLL_INTERVAL_MIN: '500ms', POLL_INTERVAL_MAX: '1s' } }),
      async (world) => {
        await configure(world, { expiresAfter: 'never' });
        const person = await invitedApplicant(world);
        world.smg.admin.expire(person.application.applicationId);
        await ended(world, person, 'expired');
        expect(inLever(world, person).tags).toContain('POP-Error');
      },
    ));
});
