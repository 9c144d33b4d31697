import type { LeverSimulatorOptions } from '../../simulators/lever/options';
import { SEED } from '../../simulators/lever/seed';
import { type LeverSimulator, startLeverSimulator } from '../../simulators/lever/server';
import { leverClient, webhookReceiver } from './lever-client';

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

/** A simulator with its admin and a caller of its API; stopped after the test. */
export async function start(options: LeverSimulatorOptions = {}) {
  const simulator = await startLeverSimulator(options);
  stops.push(() => simulator.stop());
  return { simulator, admin: simulator.admin, api: leverClient(simulator.apiUrl) };
}

/** A receiver of webhooks; stopped after the test. */
export async function receiver(statuses: number[] = []) {
  const hooks = await webhookReceiver(statuses);
  stops.push(hooks.stop);
  return hooks;
}

export const AS = `perform_as=${SEED.users.service}`;

export const newCandidate = (simulator: LeverSimulator, postingId: string = SEED.postings.storeManager) =>
  simulator.admin.addCandidate({ name: 'Dora Test', email: 'dora@example.com', postingId });

/** A multipart body with one file. */
export function fileForm(name: string, bytes: Buffer<ArrayBuffer>): FormData {
  const form = new FormData();
  form.set('file', new File([bytes], name));
  return form;
}

/** Calls of the token endpoint with the seeded app's credentials. */
export const tokenCaller =
  (simulator: LeverSimulator) =>
  async (fields: Record<string, string>): Promise<{ status: number; body: Record<string, string> }> => {
    const { clientId, clientSecret } = SEED.app;
    const answer = await fetch(`${simulator.authUrl}/oauth/token`, {
      method: 'POST',
      body: new URLSearchParams({ client_id: clientId, client_secret: clientSecret, ...fields }),
    });
    return { status: answer.status, body: (await answer.json()) as Record<string, string> };
  };

/** Sends a form of a page, without following the redirect; `cookie` says whom the page is looked at as. */
export const formSender =
  (simulator: LeverSimulator, cookie = '') =>
  (path: string, fields: Record<string, string> = {}): Promise<Response> =>
    fetch(`${simulator.url}${path}`, {
      method: 'POST',
      headers: { cookie },
      body: new URLSearchParams(fields),
      redirect: 'manual',
    });
