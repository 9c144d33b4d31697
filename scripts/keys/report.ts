import type { Client } from '@temporalio/client';
import type { AddressUsage } from '../../db/address-usage';
import { readAddressUsage } from '../../db/address-usage';
import type { Database } from '../../db/database';
import { countSealed, type UnreadableValue } from '../../db/resealing';
import type { KeyRing } from '../../platform/crypto/keyring';
import { type History, readHistories, retentionMs } from './histories';
import { readSchedules } from './renewing';

/** What still needs one sealing key. */
export interface KeyUse {
  keyId: string;
  /** The ring's first. */
  seals: boolean;
  /** It is not in the ring: whatever it has sealed cannot be read. */
  isMissing: boolean;
  /** Values in the database, by table. */
  rows: Record<string, number>;
  schedules: number;
  open: History[];
  closed: number;
  /** From when on nothing needs it any more, ms since 1970; null: rows, Schedules or open workflows do, without an end that is known. */
  freeAt: number | null;
}

export interface KeyReport {
  keys: KeyUse[];
  addresses: AddressUsage[];
  /** Closed histories that need another key than the first. */
  closedUnderOthers: History[];
}

/** Reads what each key is needed for. Nothing is opened. */
export async function readReport(
  db: Database,
  client: Client,
  ring: KeyRing,
  isStopped: () => boolean,
): Promise<KeyReport> {
  const uses = new Map<string, KeyUse & { closesAt: number }>();
  const use = (keyId: string) => {
    const known = uses.get(keyId) ?? {
      keyId,
      seals: keyId === ring.first.id,
      isMissing: ring.find(keyId) === null,
      rows: {},
      schedules: 0,
      open: [],
      closed: 0,
      freeAt: null,
      closesAt: 0,
    };
    uses.set(keyId, known);
    return known;
  };
  for (const { id } of ring.all) use(id);
  for (const { table, keyId, values } of await countSealed(db)) {
    if (keyId !== null) use(keyId).rows[table] = (use(keyId).rows[table] ?? 0) + values;
  }
  for (const { keys } of await readSchedules(client)) for (const id of keys) use(id).schedules += 1;
  const retention = await retentionMs(client);
  const closedUnderOthers: History[] = [];
  const found = (history: History): void => {
    for (const id of history.keys) {
      const one = use(id);
      if (history.isOpen) one.open.push(history);
      else one.closed += 1;
      one.closesAt = Math.max(one.closesAt, (history.closedAt ?? 0) + retention);
    }
    if (!history.isOpen && [...history.keys].some((id) => id !== ring.first.id))
      closedUnderOthers.push(history);
  };
  await readHistories(client, 'open', { isStopped, found });
  await readHistories(client, 'closed', { isStopped, found });
  const keys = [...uses.values()].map(({ closesAt, ...one }): KeyUse => {
    const isHeld = one.seals || Object.keys(one.rows).length > 0 || one.schedules > 0 || one.open.length > 0;
    return { ...one, freeAt: isHeld ? null : one.closed === 0 ? Date.now() : closesAt };
  });
  return { keys, addresses: await readAddressUsage(db), closedUnderOthers };
}

const sum = (rows: Record<string, number>): number => Object.values(rows).reduce((all, one) => all + one, 0);

/** The report as people read it, a line each. Ids and codes only. */
export function reportLines(report: KeyReport, addressRing: KeyRing): string[] {
  const lines = report.keys.map((key) => {
    const role = key.seals ? 'seals' : key.isMissing ? 'MISSING' : 'old';
    const free =
      key.freeAt === null
        ? key.seals
          ? 'in use'
          : 'not free yet'
        : key.freeAt <= Date.now()
          ? 'free now'
          : `free from ${new Date(key.freeAt).toISOString()}`;
    const rows = Object.entries(key.rows).map(([table, count]) => `${table} ${count}`);
    return [
      `sealing key ${key.keyId} (${role}): ${free}`,
      `  rows: ${sum(key.rows)}${rows.length === 0 ? '' : ` (${rows.join(', ')})`}`,
      `  Schedules: ${key.schedules}; open workflows: ${key.open.length}; closed histories: ${key.closed}`,
      ...(key.seals ? [] : key.open.slice(0, examples).map((one) => `  still open: ${one.workflowId}`)),
    ];
  });
  const known = new Set([
    ...addressRing.all.map(({ id }) => id),
    ...report.addresses.map(({ keyId }) => keyId),
  ]);
  const addresses = [...known].map((id) => {
    const { runs, accounts } = report.addresses.find(({ keyId }) => keyId === id) ?? { runs: 0, accounts: 0 };
    const missing =
      id !== null && addressRing.find(id) === null ? ' (MISSING: these addresses are refused)' : '';
    const name = id === null ? 'not noted, so that any of them may have made it' : `${id}${missing}`;
    return `address key ${name}: callback addresses of open runs: ${runs}; of connections: ${accounts}`;
  });
  return [...lines.flat(), ...addresses];
}

const examples = 10;

export const unreadableLines = (unreadable: readonly UnreadableValue[]): string[] =>
  unreadable.map(
    ({ table, column, row, keyId }) =>
      `cannot be read: ${table}.${column} of ${row} (${keyId === null ? 'damaged' : `key ${keyId}`})`,
  );
