import { SEED } from '../../simulators/lever/seed';
import { ended, inLever, look, move, patience, runOf, writes } from '../helpers/story';
import type { Person } from '../helpers/story';
import { until } from '../helpers/until';
import { amendedTo, invitedPerson, storiesOf, withSettings } from '../vendors/scene';
import type { Scene } from '../vendors/scene';
import { standardDriver } from '../vendors/standard-driver';

/** A result moves people only from where the run found them, or put them, and never back (`domain/moves.ts`). */

const { stages } = SEED;
const story = storiesOf(standardDriver);

const notesOf = (scene: Scene, person: Person): string => JSON.stringify(inLever(scene.world, person).notes);
const moves = (scene: Scene, person: Person): number =>
  writes(scene.world, person).filter((each) => each === 'PUT stage').length;

/** Who was not moved, and the note that says why. */
async function left(scene: Scene, person: Person, stageId: string, why: string): Promise<void> {
  await until('a note says why', () => notesOf(scene, person).includes(why), patience);
  expect(inLever(scene.world, person).stage).toBe(stageId);
  expect(moves(scene, person)).toBe(0);
}

story('moves one who stands where the run found them, with one look more', (scene) =>
  withSettings(scene, { resultsStage: 'Review' }, async () => {
    const person = await invitedPerson(scene);
    scene.vendor.complete(person.invitation.ref);
    await ended(scene.world, person, 'completed');
    expect(inLever(scene.world, person).stage).toBe(stages.review);
    expect(notesOf(scene, person)).not.toContain('was not moved');
    const path = `/v1/opportunities/${person.opportunityId}`;
    const looks = scene.world.lever.admin.requests({ method: 'GET' }).filter((one) => one.path === path);
    // One before the invitation, one before the move.
    expect(looks).toHaveLength(2);
  }),
);

story('leaves one whom somebody has put elsewhere', (scene) =>
  withSettings(scene, { resultsStage: 'Review' }, async () => {
    const person = await invitedPerson(scene);
    move(scene.world, person, stages.offer, { silent: true });
    scene.vendor.complete(person.invitation.ref);
    const run = await ended(scene.world, person, 'completed');
    await left(scene, person, stages.offer, 'they are in the stage \\"Offer\\" by now');
    expect(run.attention).toBe(false);
    expect(run.timeline.map(({ detail }) => detail)).toContainEqual(
      expect.stringMatching(/^completed\/stage left: The candidate was not moved to the stage "Review": /),
    );
  }),
);

story('leaves one who was archived, or would be moved back', (scene) =>
  withSettings(
    scene,
    {
      thresholds: [
        { min: 90, stage: 'Review' },
        { min: 0, stage: 'Phone screen' },
      ],
    },
    async () => {
      const [archived, behind] = [await invitedPerson(scene), await invitedPerson(scene)];
      const { admin } = scene.world.lever;
      admin.setWebhooksEnabled(false, 'candidateArchiveChange');
      admin.archive(archived.opportunityId);
      scene.vendor.standard.admin.complete(archived.invitation.ref, { score: 95 });
      scene.vendor.standard.admin.complete(behind.invitation.ref, { score: 10 });
      await ended(scene.world, archived, 'completed');
      await ended(scene.world, behind, 'completed');
      admin.setWebhooksEnabled(true, 'candidateArchiveChange');
      await left(scene, archived, stages.assessment, 'the opportunity is archived');
      await left(
        scene,
        behind,
        stages.assessment,
        'they are in the stage \\"Assessment\\", which comes after it',
      );
    },
  ),
);

story('moves one from a stage that the connection lists', (scene) =>
  withSettings(scene, { resultsStage: 'Review', movesFrom: ['Phone screen'] }, async () => {
    const person = await invitedPerson(scene);
    move(scene.world, person, stages.phoneScreen, { silent: true });
    scene.vendor.complete(person.invitation.ref);
    await ended(scene.world, person, 'completed');
    expect(inLever(scene.world, person).stage).toBe(stages.review);
  }),
);

story('a changed result moves on one whom the run has put there, and nobody else', (scene) =>
  withSettings(
    scene,
    {
      thresholds: [
        { min: 90, stage: 'Offer' },
        { min: 0, stage: 'Review' },
      ],
    },
    async () => {
      const people = [await invitedPerson(scene), await invitedPerson(scene)];
      const [moved, elsewhere] = people as [(typeof people)[0], (typeof people)[0]];
      const { admin } = scene.vendor.standard;
      for (const person of people) {
        admin.complete(person.invitation.ref, { score: 10 });
        await ended(scene.world, person, 'completed');
        expect(inLever(scene.world, person).stage).toBe(stages.review);
      }
      move(scene.world, elsewhere, stages.phoneScreen, { silent: true });
      for (const person of people) {
        admin.say((await runOf(scene.world, person)).id, { score: { value: 95, max: 100, band: 'Hire' } });
      }
      await until('the one is moved on', () => inLever(scene.world, moved).stage === stages.offer, patience);
      await until('a note says why', () => notesOf(scene, elsewhere).includes('by now'), patience);
      expect(inLever(scene.world, elsewhere).stage).toBe(stages.phoneScreen);
    },
  ),
);

story('a result after the end leaves one who was hired meanwhile', (scene) =>
  withSettings(scene, { resultsStage: 'Review', expiresAfter: '1s' }, async () => {
    const person = await invitedPerson(scene);
    const run = await ended(scene.world, person, 'expired');
    move(scene.world, person, stages.offer);
    scene.world.lever.admin.hire(person.opportunityId);
    scene.vendor.complete(person.invitation.ref);
    await amendedTo(scene, run.id, 'completed');
    await left(scene, person, stages.offer, 'the opportunity is archived');
    expect((await look(scene.world, run.id)).attention).toBe(false);
  }),
);
