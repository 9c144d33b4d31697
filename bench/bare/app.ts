import type { Client } from '@temporalio/client';
import type { Express } from 'express';
import express from 'express';
import { verifyLeverWebhook } from '../../lever/webhook-signature';
import type { BareInput } from './messages';
import { bareQueue, bareType, completedSignal } from './messages';

interface Delivery {
  token: string;
  triggeredAt: number;
  signature: string;
  data: { opportunityId: string };
}

/** Checks Lever's signature as the hub does, and hands everything to Temporal. */
export function createBareApp(deps: {
  client: Client;
  publicUrl: string;
  signatureTokens: string[];
}): Express {
  const app = express().disable('x-powered-by').disable('etag');

  app.post('/webhooks/lever', express.raw({ type: () => true }), async (req, res) => {
    const delivery = JSON.parse((req.body as Buffer).toString('utf8')) as Delivery;
    verifyLeverWebhook(delivery, deps.signatureTokens, Date.now());
    const input: BareInput = {
      opportunityId: delivery.data.opportunityId,
      callbackUrl: `${deps.publicUrl}/callbacks`,
    };
    await deps.client.workflow.start(bareType, {
      workflowId: `bare/${delivery.token}`,
      taskQueue: bareQueue,
      args: [input],
    });
    res.status(200).end();
  });

  app.all('/callbacks/:workflowId/:applicationId', async (req, res) => {
    await deps.client.workflow.getHandle(String(req.params.workflowId)).signal(completedSignal);
    res.status(200).end();
  });
  return app;
}
