import { randomUUID } from 'node:crypto';
import { ActivityExecutionFailedError, type Client } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import type { CatalogueActivities } from '../../activities/vendor-catalogue';
import type { Connection } from '../../domain/connection';
import { FulcrumError, isErrorCode } from '../../domain/errors';
import { leverBucket } from '../../domain/ids';
import type { TemporalBreaker } from '../../platform/temporal/breaker';
import type { CatalogueEntry } from '../../vendors/define';
import { taskQueues } from '../../workflows/names';

/** What can be sent of a connection's vendor. Asked through the vendor's own queue, which keeps its rate (decision 0007). */
export interface VendorCatalogue {
  /** @throws FulcrumError when the vendor cannot be asked, or refuses; with the code that the activity gave it */
  list(connection: Connection): Promise<CatalogueEntry[]>;
}

/** Somebody waits for the answer, and without it the settings are saved all the same. */
const times = { waitForWorker: 5_000, oneAttempt: 15_000 } as const;

export const createVendorCatalogue = (client: Client, breaker: TemporalBreaker): VendorCatalogue => ({
  async list(connection) {
    const input: Parameters<CatalogueActivities['listAssessments']> = [{ connectionId: connection.id }];
    const handle = await breaker.run(() =>
      client.activity.start('listAssessments', {
        id: `catalogue/${connection.id}/${randomUUID()}`,
        taskQueue: taskQueues.vendor(connection.vendor),
        args: input,
        scheduleToStartTimeout: times.waitForWorker,
        startToCloseTimeout: times.oneAttempt,
        retry: { maximumAttempts: 1 },
        priority: { fairnessKey: leverBucket(connection) },
        summary: `what ${connection.vendor} can send for ${connection.customer}`,
      }),
    );
    try {
      // The deadline is only for a Temporal that goes away meanwhile.
      const deadline = Date.now() + times.waitForWorker + times.oneAttempt + 2_000;
      return (await client.withDeadline(deadline, () => handle.result())) as CatalogueEntry[];
    } catch (error) {
      throw toError(error);
    }
  },
});

function toError(error: unknown): FulcrumError {
  const cause = error instanceof ActivityExecutionFailedError ? error.cause : undefined;
  if (cause instanceof ApplicationFailure && isErrorCode(cause.type)) {
    return new FulcrumError(cause.type, cause.message, { cause: error });
  }
  return new FulcrumError('vendor.unavailable', 'The vendor did not answer in time. Try again later.', {
    cause: error,
  });
}
