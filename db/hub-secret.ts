import { randomBytes } from 'node:crypto';
import type { KeyRing } from '../platform/crypto/keyring';
import { open, seal } from '../platform/crypto/seal';
import { askDatabase } from './away';
import type { Database } from './database';
import { sealedPlace } from './sealed-columns';

const keyBytes = 32;
const { hubSecret: place } = sealedPlace;

/**
 * A random key of the hub's own, made once for all processes and sealed with the ring: what was made with it stays
 * recognisable when the ring's keys are changed.
 */
export function createHubSecret(db: Pick<Database, 'kysely'>, ring: KeyRing, name: string) {
  let known: Promise<Buffer> | null = null;

  const read = async (): Promise<Buffer> => {
    const find = () =>
      db.kysely.selectFrom('hub_secrets').select('value_sealed').where('name', '=', name).executeTakeFirst();
    let row = await find();
    if (row === undefined) {
      await db.kysely
        .insertInto('hub_secrets')
        .values({ name, value_sealed: seal(ring, randomBytes(keyBytes), place(name)) })
        .onConflict((conflict) => conflict.doNothing())
        .execute();
      row = await find();
    }
    if (row === undefined) throw new TypeError(`the hub's secret ${name} could not be made`);
    return open(ring, row.value_sealed, place(name));
  };

  return (): Promise<Buffer> =>
    (known ??= askDatabase(read).catch((error: unknown) => {
      known = null;
      throw error;
    }));
}

export type HubSecret = ReturnType<typeof createHubSecret>;
