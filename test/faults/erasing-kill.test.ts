import { parseKeyRing } from '../../platform/crypto/keyring';
import { placesOf } from '../helpers/person-search';
import { startProcessWorld } from '../helpers/process-world';
import { openTemporal } from '../helpers/temporal';
import { until } from '../helpers/until';
import { useWorld } from '../helpers/use-world';
import { enter, untilInvited } from './run';

const world = useWorld(startProcessWorld);

interface Erasure {
  status: string;
  atVendors: { outcome: string; noted: boolean | null }[];
}

it.each(['arrives', 'answered'] as const)(
  'an erasure goes on whose worker is killed when the note %s, and leaves one note',
  async (when) => {
    const candidate = enter(world);
    world.move(candidate);
    await untilInvited(world, candidate);
    const { notes } = world.lever.admin.candidate(candidate.opportunityId);
    const killed = world.gates.lever.strike({
      matches: ({ method, path }) => method === 'POST' && path.includes(`${candidate.opportunityId}/notes`),
      when,
      act: () => world.hub.kill('worker'),
      drop: true,
    });
    const { id } = await world.ask<{ id: string }>('/people/erase', {
      connection: world.connectionId,
      email: candidate.email,
      confirm: true,
    });
    await killed;
    await world.hub.start('worker');
    const proof = await until(
      'the erasure is over',
      () => world.ask<Erasure>(`/people/erasures/${id}`),
      ({ status }) => status === 'finished',
    );
    expect(proof.atVendors).toMatchObject([{ outcome: 'unsupported', noted: true }]);
    expect(world.lever.admin.candidate(candidate.opportunityId).notes).toHaveLength(notes.length + 1);

    const ring = parseKeyRing(world.keys);
    const client = await openTemporal({
      address: world.temporalAddress,
      namespace: world.namespace,
      ring,
    });
    try {
      const words = [candidate.email, candidate.opportunityId];
      const searched = { databaseUrl: world.taps.api.url, client, ring, folders: [] };
      const log = { lines: [], words: [] };
      expect(await placesOf({ ...searched, log }, words)).toEqual([]);
    } finally {
      await client.connection.close();
    }
  },
);
