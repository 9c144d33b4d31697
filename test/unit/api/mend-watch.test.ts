import { createMendWatch } from '../../../api/connections/mend-watch';
import type { Connection } from '../../../domain/connection';
import { aConnection } from '../../helpers/domain';

const settled = () => new Promise((resolve) => setImmediate(resolve));
const impaired = aConnection({ status: 'impaired' });
const active: Connection = { ...impaired, status: 'active' };

function watch(stillHeld: readonly string[]) {
  const told: string[] = [];
  const read = createMendWatch(
    ({ id }) => told.push(id),
    () => Promise.resolve(new Set(stillHeld)),
  );
  return { told, read };
}

it('tells once of a connection that was impaired and is active', async () => {
  const { told, read } = watch([]);
  for (const connection of [impaired, impaired, active, active]) read([connection, aConnection()]);
  await settled();
  expect(told).toEqual([active.id]);
});

it('tells at the first read of what was mended while nobody watched, by what is still held', async () => {
  const [other, stillImpaired] = [aConnection(), aConnection({ status: 'impaired' })];
  const { told, read } = watch([active.id, stillImpaired.id]);
  read([active, other, stillImpaired]);
  read([active, other, stillImpaired]);
  await settled();
  expect(told).toEqual([active.id]);
});
