import type { Client } from '@temporalio/client';
import { openTemporal } from '../helpers/temporal';
import { parseKeyRing } from '../../platform/crypto/keyring';
import type { Site } from './site';

/** A client of the site's own namespace that can read what the hub sealed. */
export async function connectTo(site: Site): Promise<Client> {
  const { temporalAddress: address, namespace, keys } = site;
  return openTemporal({ address, namespace, ring: parseKeyRing(keys) });
}

/** The first time the run asked for this activity, local ones apart. */
export async function firstAsked(client: Client, workflowId: string, activity: string) {
  const { events } = await client.workflow.getHandle(workflowId).fetchHistory();
  return events?.find((event) => event.activityTaskScheduledEventAttributes?.activityType?.name === activity)
    ?.activityTaskScheduledEventAttributes;
}
