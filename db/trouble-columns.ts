import type { Trouble } from '../domain/trouble';
import type { KeyRing } from '../platform/crypto/keyring';
import { openJson, sealJson } from '../platform/crypto/seal';
import { sealedPlace } from './sealed-columns';

/** How a trouble lies in its row: the words sealed, the time plain. */
export interface TroubleColumns {
  trouble_sealed: Buffer | null;
  trouble_since: Date | null;
}

export const noTrouble: TroubleColumns = { trouble_sealed: null, trouble_since: null };

export const troublePlace = {
  run: (id: string): string => sealedPlace.assessment(id, 'trouble'),
  connection: sealedPlace.connectionTrouble,
};

export const toTrouble = (ring: KeyRing, row: TroubleColumns, place: string): Trouble | null =>
  row.trouble_sealed === null || row.trouble_since === null
    ? null
    : {
        ...openJson<Omit<Trouble, 'since'>>(ring, row.trouble_sealed, place),
        since: row.trouble_since.getTime(),
      };

export const toTroubleColumns = (
  ring: KeyRing,
  { since, ...said }: Trouble,
  place: string,
): TroubleColumns => ({
  trouble_sealed: sealJson(ring, said, place),
  trouble_since: new Date(since),
});
