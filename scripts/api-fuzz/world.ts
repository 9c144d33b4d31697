import type { PresentedConnection } from '../../api/connections/present';
import { SEED } from '../../simulators/lever/seed';
import { finishCandidate, inviteCandidate } from '../demo/candidate';
import { chooseVendors } from '../demo/vendors/list';
import type { World } from '../demo/world';
import { buildWorld } from '../demo/world';

/** A hub in which something has happened already, so that made-up requests meet more than "there is no such thing". */
export interface FuzzWorld {
  url: string;
  headers: Record<string, string>;
  /** What hooks.py needs to ask for things that are there. */
  env: Record<string, string>;
  stop(): Promise<void>;
}

/** One vendor that is invited at, one that begins by itself, and one by the published contract. */
const vendors = ['smg', 'upwage', 'standard'];

/** Names that only a look into the Lever account tells. */
const fitting = {
  triggerStages: ['Assessment'],
  resultsStage: 'Review',
  resultsStages: {},
  thresholds: [],
  serviceUserEmail: 'integration.service@customer.example.com',
};

export async function startFuzzWorld(dataDir: string, say: (line: string) => void): Promise<FuzzWorld> {
  const world = await buildWorld({
    vendors: chooseVendors(vendors),
    dataDir,
    fixedPorts: false,
    env: Object.assign({}, ...vendors.map(oauthApp)) as Record<string, string>,
    // Whatever was answered is asked once more without a token, which has to be told so each time.
    limits: { failedProofsPerMinute: 1_000_000 },
    say,
  });
  try {
    await candidates(world);
    const url = world.hub.apiUrl;
    const headers = { Authorization: `Bearer ${world.hub.operatorToken}` };
    const list = async <T extends { id: string }>(what: string): Promise<T[]> => {
      const answer = await fetch(`${url}/api/v1/${what}`, { headers });
      return ((await answer.json()) as { data: T[] }).data;
    };
    const ids = async (what: string): Promise<string[]> => (await list(what)).map(({ id }) => id);
    const [standard] = await list<PresentedConnection>('connections?vendor=standard');
    if (standard === undefined) throw new Error('there is no connection with the standard vendor');
    await fetch(`${url}/api/v1/connections/${standard.id}/connect-link`, { method: 'POST', headers });
    return {
      url,
      headers,
      env: {
        FUZZ_KNOWN: JSON.stringify({
          '/connections/': { id: await ids('connections') },
          '/connect-links/': { id: await ids('connect-links') },
          '/assessments/': { id: await ids('assessments') },
          '/deliveries/': { id: await ids('deliveries') },
          '/webhooks/lever/': { connectionKey: [keyIn(standard.webhook.url)] },
          '/callbacks/': { vendor: ['standard'], key: [keyIn(standard.callbackUrl)] },
        }),
        FUZZ_API_KEYS: JSON.stringify([SEED.apiKey]),
        FUZZ_SETTINGS: JSON.stringify(fitting),
      },
      stop: () => world.stop(),
    };
  } catch (error) {
    await world.stop();
    throw error;
  }
}

const keyIn = (address: string): string => address.split('/').at(-1) ?? '';

/** As which the simulated Lever knows every vendor, in both environments. */
const oauthApp = (vendor: string): Record<string, string> =>
  Object.fromEntries(
    ['', '_SANDBOX'].flatMap((environment) => [
      [`${vendor.toUpperCase()}${environment}_LEVER_CLIENT_ID`, SEED.app.clientId],
      [`${vendor.toUpperCase()}${environment}_LEVER_CLIENT_SECRET`, SEED.app.clientSecret],
    ]),
  );

/** With each vendor one candidate who has finished and, where there is an invitation, one who has not. */
async function candidates({ lever, customers }: World): Promise<void> {
  const quiet = (): void => undefined;
  for (const customer of customers) {
    const person = (name: string) => ({
      name,
      email: `${name.split(' ')[0]?.toLowerCase()}.${customer.vendor.id}@candidates.test`,
    });
    const told = await inviteCandidate(lever, customer, person('Robin Example'), quiet);
    await finishCandidate(lever, customer, told, quiet);
    if (customer.stageId !== null) await inviteCandidate(lever, customer, person('Kim Example'), quiet);
  }
}
