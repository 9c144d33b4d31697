import { activityInfo, heartbeat } from '@temporalio/activity';
import type { ErrorCode } from '../domain/errors';
import { FulcrumError } from '../domain/errors';

/**
 * Whether a request that failed may have taken effect all the same, in this attempt or in one before it. The details of a
 * fault say so as `mayBeOut`, to whoever stops asking or is refused in the end.
 */

/** Faults that tell for certain that nothing was done. */
const harmless = new Set<ErrorCode>([
  'vendor.rejected',
  'vendor.unauthorized',
  'vendor.not_found',
  'vendor.unsupported',
  'vendor.rate_limited',
  'vendor.unavailable',
  'outbound.refused',
  'connection.missing',
  'connection.disconnected',
  'connection.misconfigured',
  'connection.ended',
  'connection.impaired',
  // Asked before the vendor is: whether Lever takes the connection's access.
  'lever.unavailable',
  'db.unavailable',
]);

/** @param before whether an earlier request of the same run may have taken effect */
export async function inDoubt<T>(before: boolean, request: () => Promise<T>): Promise<T> {
  const info = activityInfo();
  const { attempt } = info;
  const heartbeatDetails: unknown = info.heartbeatDetails;
  // Attempts that are known to have done nothing. One that was lost with its worker is none of them.
  const counted = typeof heartbeatDetails === 'number' ? heartbeatDetails : 0;
  try {
    return await request();
  } catch (error) {
    const known =
      error instanceof FulcrumError
        ? error
        : new FulcrumError('internal', 'an unexpected fault inside the hub', { cause: error });
    const didNothing = harmless.has(known.code) && known.detail['mayBeOut'] !== true;
    if (didNothing) heartbeat(counted + 1);
    throw withDoubt(known, before || attempt - 1 > counted || !didNothing);
  }
}

function withDoubt(error: FulcrumError, mayBeOut: boolean): FulcrumError {
  const { code, message, retryAfterMs, detail, faults } = error;
  return new FulcrumError(code, message, {
    detail: { ...detail, mayBeOut },
    faults: [...faults],
    // The place of an unknown fault is told by its own cause.
    cause: error.cause ?? error,
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  });
}
