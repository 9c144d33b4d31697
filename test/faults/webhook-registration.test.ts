import { leverEvents } from '../../domain/connection';
import { SEED } from '../../simulators/lever/seed';
import { defaultAccount } from '../../simulators/smg/server';
import type { HubPart } from '../helpers/hub-process';
import { startProcessWorld } from '../helpers/process-world';
import { until } from '../helpers/until';
import { useWorld } from '../helpers/use-world';

/** A process that dies right after Lever made a webhook, before its signing token was stored. */

const world = useWorld(startProcessWorld);

interface View {
  id: string;
  customer: string;
  webhook: { url: string; state: string; problem: string | null };
}

const connectionOf = async (customer: string): Promise<View | undefined> =>
  (await world.ask<{ data: View[] }>('/connections')).data.find((one) => one.customer === customer);

/** Asked for and not waited for: the process that would answer dies. */
function connect(customer: string): void {
  const body = {
    ...{ vendor: 'smg', customer, lever: { apiKey: SEED.apiKey } },
    credentials: { username: defaultAccount.user, password: defaultAccount.password },
    settings: { triggerStages: ['Assessment'], performAs: SEED.users.service },
  };
  world.ask('/connections', body).catch(() => undefined);
}

test.each<{ parts: HubPart[] }>([{ parts: ['api'] }, { parts: ['worker'] }, { parts: ['api', 'worker'] }])(
  '$parts killed between the creation of a webhook and the storing of its token',
  async ({ parts }) => {
    const customer = `Killed ${parts.join(' and ')}`;
    let made = 0;
    const killed = world.gates.lever.strike({
      // The third of four.
      matches: ({ method, path }) => method === 'POST' && path === '/v1/webhooks' && (made += 1) === 3,
      when: 'answered',
      act: () => world.hub.kill(...parts),
      drop: true,
    });
    connect(customer);
    await killed;
    await world.hub.start(...parts);

    const connection = await until(
      'all webhooks are registered',
      () => connectionOf(customer),
      (found) => found?.webhook.state === 'registered',
    );
    const there = world.lever.admin.webhooks().filter(({ url }) => url === connection?.webhook.url);
    expect(there.map(({ event }) => event).sort()).toEqual([...leverEvents].sort());
    for (const { id } of there)
      expect(await world.lever.admin.ping(id)).toMatchObject({ state: 'delivered' });
  },
);
