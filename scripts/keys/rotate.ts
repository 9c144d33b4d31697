import type { Client } from '@temporalio/client';
import type { Database } from '../../db/database';
import { renewDigests, reseal } from '../../db/resealing';
import type { KeyRing } from '../../platform/crypto/keyring';
import { deleteHistories } from './histories';
import { renewOpenRuns, resealSchedules } from './renewing';
import type { KeyReport } from './report';
import { readReport, reportLines, unreadableLines } from './report';

export interface Rotation {
  db: Database;
  client: Client;
  ring: KeyRing;
  addressRing: KeyRing;
  /** Only reports. */
  isDryRun: boolean;
  /** Closed histories that need an old key are deleted from Temporal. */
  deletesClosed: boolean;
  /** How long open runs are waited for. */
  patienceMs: number;
  say: (line: string) => void;
  isStopped: () => boolean;
}

/**
 * Moves everything that the hub keeps under the ring's first key, and says what still needs the others. It may be stopped or
 * killed anywhere and run again: what is left shows in the rows, Schedules and histories themselves.
 * @returns whether no row, Schedule or open workflow needs an old key of the ring
 */
export async function rotateKeys(rotation: Rotation): Promise<{ isDone: boolean; report: KeyReport }> {
  const { db, client, ring, addressRing, isStopped, say } = rotation;
  const unreadableRows = new Map<string, number>();
  let allRowsDone = rotation.isDryRun;
  if (!rotation.isDryRun) {
    const { resealed, unreadable, left } = await reseal(db, ring, {
      isStopped,
      progress: (told) => say(`${told.table}: ${told.resealed} values sealed anew`),
    });
    say(`rows: ${resealed} values sealed anew`);
    for (const line of unreadableLines(unreadable)) say(line);
    for (const { keyId } of unreadable)
      if (keyId !== null) unreadableRows.set(keyId, (unreadableRows.get(keyId) ?? 0) + 1);
    if (left > 0) say(`rows: ${left} values were held on to by others: run this again`);
    allRowsDone = left === 0;
    if (!isStopped()) {
      const digests = await renewDigests(db, ring, isStopped);
      say(`digests of e-mail addresses: ${digests.renewed} renewed`);
      if (digests.dropped > 0)
        say(`digests of e-mail addresses: ${digests.dropped} dropped, the address is gone`);
    }
    if (!isStopped()) {
      const schedules = await resealSchedules(client, ring, isStopped);
      say(`Schedules: ${schedules.resealed} written anew`);
      for (const id of schedules.unreadable) say(`cannot be read: Schedule ${id}`);
    }
    if (!isStopped())
      await renewOpenRuns(client, ring, { isStopped, patienceMs: rotation.patienceMs, progress: say });
  }
  let report = await readReport(db, client, ring, isStopped);
  if (rotation.deletesClosed && !rotation.isDryRun && !isStopped()) {
    // A row that cannot be sealed anew may still be put right from a history.
    if (allRowsDone) {
      say(`closed histories: ${report.closedUnderOthers.length} are deleted`);
      await deleteHistories(client, report.closedUnderOthers, isStopped);
      report = await readReport(db, client, ring, isStopped);
    } else say('closed histories are kept until all rows are sealed anew');
  }
  if (isStopped()) {
    say('stopped: what is done stays done, and the next run goes on from here');
    return { isDone: false, report };
  }
  for (const line of reportLines(report, addressRing)) say(line);
  const isFree = ring.all
    .filter(({ id }) => id !== ring.first.id)
    .every(({ id }) => {
      const use = report.keys.find(({ keyId }) => keyId === id);
      const rows = Object.values(use?.rows ?? {}).reduce((all, one) => all + one, 0);
      return (
        rows <= (unreadableRows.get(id) ?? 0) && (use?.schedules ?? 0) === 0 && (use?.open.length ?? 0) === 0
      );
    });
  return { isDone: isFree, report };
}
