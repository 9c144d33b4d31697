import { isTerminal, statuses } from '../domain/lifecycle';
import { askDatabase } from './away';
import type { Database } from './database';

/** Addresses that others may still call, by the key that made them; null: it was not noted, so any may have. */
export interface AddressUsage {
  keyId: string | null;
  /** Open runs whose vendor was given one. */
  runs: number;
  /** Connections whose one address for the whole account is of this key. */
  accounts: number;
}

export async function readAddressUsage(db: Database): Promise<AddressUsage[]> {
  const found = new Map<string | null, AddressUsage>();
  const of = (keyId: string | null): AddressUsage => {
    const known = found.get(keyId) ?? { keyId, runs: 0, accounts: 0 };
    found.set(keyId, known);
    return known;
  };
  const runs = await askDatabase(() =>
    db.kysely
      .selectFrom('assessments')
      .select((one) => ['address_key', one.fn.countAll<string>().as('count')])
      .where('closed_at', 'is', null)
      .where('status', 'in', mayBeInvited)
      .groupBy('address_key')
      .execute(),
  );
  for (const { address_key: keyId, count } of runs) of(keyId).runs += Number(count);
  const accounts = await askDatabase(() =>
    db.kysely
      .selectFrom('connections')
      .select((one) => ['address_key', one.fn.countAll<string>().as('count')])
      .where('status', '<>', 'disabled')
      .groupBy('address_key')
      .execute(),
  );
  for (const { address_key: keyId, count } of accounts) of(keyId).accounts += Number(count);
  return [...found.values()];
}

/** From the moment in which the vendor may have been asked. */
const mayBeInvited = statuses.filter((status) => !isTerminal(status) && status !== 'routing');
