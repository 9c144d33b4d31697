import { randomBytes, randomUUID } from 'node:crypto';
import { ApplicationFailure } from '@temporalio/common';
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import type { AccountActivities, ListedWebhook } from '../../activities/account';
import type { KeyRing } from '../../platform/crypto/keyring';
import { createDataConverter } from '../../platform/temporal/data-converter';
import { taskQueues } from '../../workflows/names';

// Failures are told to happen here; their stacks say nothing.
Runtime.install({ logger: new DefaultLogger('ERROR') });

/** The customer's Lever account as the activities of a worker would show it, without Lever. */
export interface LeverDouble {
  stages: { id: string; text: string }[];
  users: Record<string, string>;
  webhooks: (ListedWebhook & { signatureToken: string })[];
  /** Code of the failure that the named activity gives, until it is deleted. */
  failing: Partial<Record<keyof AccountActivities, string>>;
  stop(): Promise<void>;
}

export async function startLeverDouble(options: {
  address: string;
  namespace: string;
  ring: KeyRing;
}): Promise<LeverDouble> {
  const double = {
    stages: [
      { id: 'applicant-new', text: 'New applicant' },
      { id: 'stage-assessment', text: 'Assessment' },
      { id: 'stage-review', text: 'Review' },
    ],
    users: { 'service@customer.example': 'user-1' } as Record<string, string>,
    webhooks: [] as LeverDouble['webhooks'],
    failing: {} as LeverDouble['failing'],
  };
  const failIfTold = (name: keyof AccountActivities): void => {
    const type = double.failing[name];
    if (type !== undefined) {
      throw ApplicationFailure.create({ type, message: `told to fail with ${type}`, nonRetryable: true });
    }
  };
  const activities: AccountActivities = {
    listStages: async () => (failIfTold('listStages'), double.stages),
    findUser: async ({ email }) => {
      const id = double.users[email];
      return id === undefined ? null : { id, accessRole: 'super admin' };
    },
    listWebhooks: async () => (
      failIfTold('listWebhooks'),
      double.webhooks.map(({ id, event, url }) => ({ id, event, url }))
    ),
    createWebhook: async ({ event, url }) => {
      failIfTold('createWebhook');
      const made = { id: randomUUID(), event, url, signatureToken: randomBytes(24).toString('hex') };
      double.webhooks.push(made);
      return { id: made.id, signatureToken: made.signatureToken };
    },
    deleteWebhook: async ({ webhookId }) => {
      double.webhooks = double.webhooks.filter((webhook) => webhook.id !== webhookId);
    },
  };
  const connection = await NativeConnection.connect({ address: options.address });
  const worker = await Worker.create({
    connection,
    namespace: options.namespace,
    taskQueue: taskQueues.lever,
    activities,
    dataConverter: createDataConverter(options.ring),
  });
  const running = worker.run();
  return Object.assign(double, {
    stop: async () => {
      worker.shutdown();
      await running;
      await connection.close();
    },
  });
}
