import { SEED } from '../../simulators/lever/seed';
import type { Person } from '../helpers/actions';
import { ended, inLever, look, move, runOf, writes } from '../helpers/actions';
import { until } from '../helpers/until';
import { archivedBefore, furtherOn, wentTo } from '../helpers/why-stay';
import { standardDriver } from '../vendors/standard-driver';
import type { VendorWorld } from '../vendors/vendor-world';
import { amendedTo, invitedPerson, scenariosOf, withSettings } from '../vendors/vendor-world';

/** A result moves people only from where the run found them, or put them, and never back (`domain/moves.ts`). */

const { stages } = SEED;
const scenario = scenariosOf(standardDriver);

const notesOf = (world: VendorWorld, person: Person): string => JSON.stringify(inLever(world, person).notes);
const moves = (world: VendorWorld, person: Person): number =>
  writes(world, person).filter((each) => each === 'PUT stage').length;

/** Who was not moved, and the note that says why. */
async function left(world: VendorWorld, person: Person, stageId: string, why: string): Promise<void> {
  await until(
    'a note says why',
    () => notesOf(world, person),
    (seen) => seen.includes(why),
  );
  expect(inLever(world, person).stage).toBe(stageId);
  expect(moves(world, person)).toBe(0);
}

scenario('moves one who stands where the run found them, with one look more', (world) =>
  withSettings(world, { resultsStage: 'Review' }, async () => {
    const person = await invitedPerson(world);
    world.vendor.complete(person.invitation.ref);
    await ended(world, person, 'completed');
    expect(inLever(world, person).stage).toBe(stages.review);
    expect(notesOf(world, person)).not.toContain('Review');
    const path = `/v1/opportunities/${person.opportunityId}`;
    const looks = world.lever.admin.requests({ method: 'GET' }).filter((one) => one.path === path);
    // One before the invitation, one before the move.
    expect(looks).toHaveLength(2);
  }),
);

scenario('leaves one whom somebody has put elsewhere', (world) =>
  withSettings(world, { resultsStage: 'Review' }, async () => {
    const person = await invitedPerson(world);
    move(world, person, stages.offer, { silent: true });
    world.vendor.complete(person.invitation.ref);
    const run = await ended(world, person, 'completed');
    await left(world, person, stages.offer, wentTo('Offer'));
    expect(run.attention).toBe(false);
    expect(run.timeline.map(({ detail }) => detail)).toContainEqual(
      expect.stringMatching(/^completed\/stage left: .*Review/),
    );
  }),
);

scenario('leaves one who was archived, or would be moved back', (world) =>
  withSettings(
    world,
    {
      thresholds: [
        { min: 90, stage: 'Review' },
        { min: 0, stage: 'Phone screen' },
      ],
    },
    async () => {
      const [archived, behind] = [await invitedPerson(world), await invitedPerson(world)];
      const { admin } = world.lever;
      admin.setWebhooksEnabled(false, 'candidateArchiveChange');
      admin.archive(archived.opportunityId);
      world.vendor.standard.admin.complete(archived.invitation.ref, { score: 95 });
      world.vendor.standard.admin.complete(behind.invitation.ref, { score: 10 });
      await ended(world, archived, 'completed');
      await ended(world, behind, 'completed');
      admin.setWebhooksEnabled(true, 'candidateArchiveChange');
      await left(world, archived, stages.assessment, archivedBefore);
      await left(world, behind, stages.assessment, furtherOn('Assessment'));
    },
  ),
);

scenario('moves one from a stage that the connection lists', (world) =>
  withSettings(world, { resultsStage: 'Review', movesFrom: ['Phone screen'] }, async () => {
    const person = await invitedPerson(world);
    move(world, person, stages.phoneScreen, { silent: true });
    world.vendor.complete(person.invitation.ref);
    await ended(world, person, 'completed');
    expect(inLever(world, person).stage).toBe(stages.review);
  }),
);

scenario('a changed result moves on one whom the run has put there, and nobody else', (world) =>
  withSettings(
    world,
    {
      thresholds: [
        { min: 90, stage: 'Offer' },
        { min: 0, stage: 'Review' },
      ],
    },
    async () => {
      const people = [await invitedPerson(world), await invitedPerson(world)];
      const [moved, elsewhere] = people as [(typeof people)[0], (typeof people)[0]];
      const { admin } = world.vendor.standard;
      for (const person of people) {
        admin.complete(person.invitation.ref, { score: 10 });
        await ended(world, person, 'completed');
        expect(inLever(world, person).stage).toBe(stages.review);
      }
      move(world, elsewhere, stages.phoneScreen, { silent: true });
      for (const person of people) {
        admin.say((await runOf(world, person)).id, { score: { value: 95, max: 100, band: 'Hire' } });
      }
      await until(
        'the one is moved on',
        () => inLever(world, moved),
        ({ stage }) => stage === stages.offer,
      );
      await until(
        'a note says why',
        () => notesOf(world, elsewhere),
        (seen) => seen.includes(wentTo('Phone screen')),
      );
      expect(inLever(world, elsewhere).stage).toBe(stages.phoneScreen);
    },
  ),
);

scenario('a result after the end leaves one who was hired meanwhile', (world) =>
  withSettings(world, { resultsStage: 'Review', expiresAfter: '1s' }, async () => {
    const person = await invitedPerson(world);
    const run = await ended(world, person, 'expired');
    move(world, person, stages.offer);
    world.lever.admin.hire(person.opportunityId);
    world.vendor.complete(person.invitation.ref);
    await amendedTo(world, run.id, 'completed');
    await left(world, person, stages.offer, archivedBefore);
    expect((await look(world, run.id)).attention).toBe(false);
  }),
);
