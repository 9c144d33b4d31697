import { Client, Connection } from '@temporalio/client';
import { parseKeyRing } from '../../platform/crypto/keyring';
import { createDataConverter } from '../../platform/temporal/data-converter';
import type { Site } from './site';

/** A client of the site's own namespace that can read what the hub sealed. */
export async function connectTo(site: Site): Promise<Client> {
  return new Client({
    connection: await Connection.connect({ address: site.temporalAddress }),
    namespace: site.namespace,
    dataConverter: createDataConverter(parseKeyRing(site.keys)),
  });
}

/** The first time the run asked for this activity, local ones apart. */
export async function firstAsked(client: Client, workflowId: string, activity: string) {
  const { events } = await client.workflow.getHandle(workflowId).fetchHistory();
  return events?.find((event) => event.activityTaskScheduledEventAttributes?.activityType?.name === activity)
    ?.activityTaskScheduledEventAttributes;
}
