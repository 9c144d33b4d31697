import type { RemoteLeverAdmin } from '../../simulators/lever/remote';
import { SEED } from '../../simulators/lever/seed';
import { defaultAccount } from '../../simulators/smg/server';
import type { SideAddress } from '../child';

/** Connects the simulated customer, and reads from Lever how the webhooks it registered are signed. */
export async function connectHub(hub: {
  apiUrl: string;
  operatorToken: string;
  lever: RemoteLeverAdmin;
}): Promise<SideAddress> {
  const answer = await fetch(`${hub.apiUrl}/api/v1/connections`, {
    method: 'POST',
    headers: { authorization: `Bearer ${hub.operatorToken}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      vendor: 'smg',
      customer: 'Bench Stores',
      environment: 'production',
      lever: { apiKey: SEED.apiKey },
      credentials: { username: defaultAccount.user, password: defaultAccount.password },
      settings: { triggerStages: ['Assessment'], performAs: SEED.users.service },
    }),
  });
  if (!answer.ok) throw new Error(`the connection was refused: ${answer.status} ${await answer.text()}`);
  const webhooks = await hub.lever.webhooks();
  const webhook = webhooks.find((each) => each.event === 'candidateStageChange');
  if (!webhook?.signatureToken) throw new Error('the hub registered no signed webhook for stage changes');
  return { webhookUrl: webhook.url, signatureToken: webhook.signatureToken };
}
