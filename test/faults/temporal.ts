import type { Client } from '@temporalio/client';
import { parseKeyRing } from '../../platform/crypto/keyring';
import type { ProcessWorld } from '../helpers/process-world';
import { openTemporal } from '../helpers/temporal';

/** A client of the world's own namespace that can read what the hub sealed. */
export async function connectTo(world: ProcessWorld): Promise<Client> {
  const { temporalAddress: address, namespace, keys } = world;
  return openTemporal({ address, namespace, ring: parseKeyRing(keys) });
}

/** The first time the run asked for this activity, local ones apart. */
export async function firstAsked(client: Client, workflowId: string, activity: string) {
  const { events } = await client.workflow.getHandle(workflowId).fetchHistory();
  return events?.find((event) => event.activityTaskScheduledEventAttributes?.activityType?.name === activity)
    ?.activityTaskScheduledEventAttributes;
}
