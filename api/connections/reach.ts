import { type Reach, reaches } from '../../domain/access';
import type { Connection } from '../../domain/connection';
import { FulcrumError } from '../../domain/errors';
import type { VendorId } from '../../domain/ids';

/** What a token may see of connections, and make. */

export const noSuchConnection = (id: string): FulcrumError =>
  new FulcrumError('connection.missing', `There is no connection "${id}".`);

/** @throws FulcrumError as for a connection that is not there: whether it is, is not the caller's to know */
export function requireWithin(reach: Reach, { id, vendor }: Pick<Connection, 'id' | 'vendor'>): void {
  if (!reaches(reach, { vendor, connectionId: id })) throw noSuchConnection(id);
}

/** @throws FulcrumError `auth.forbidden` for whoever may make nothing new of this vendor */
export function requireVendor(reach: Reach, vendor: VendorId): void {
  if (reaches(reach, { vendor, connectionId: null })) return;
  throw new FulcrumError(
    'auth.forbidden',
    reach.kind === 'vendor'
      ? `This token reaches only the vendor "${reach.vendor}".`
      : 'This token reaches one connection only, so it cannot make another.',
  );
}
