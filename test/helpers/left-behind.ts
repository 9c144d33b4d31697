import { type OtherProcess, parentOf, runs } from './other-process';
import { until } from './until';

/**
 * Kills a hub and the supervisor of its server at one moment, as `kill -9` of a whole tree does: neither comes to do
 * anything about the other's death.
 * @param server the process id of the server, which stays
 */
export async function killAllBut(server: number, hub: OtherProcess): Promise<void> {
  const supervisor = await parentOf(server);
  process.kill(supervisor, 'SIGSTOP');
  await hub.kill();
  process.kill(supervisor, 'SIGKILL');
  // Until it is gone the server is its child, and whoever looks would wait for it.
  await until('the supervisor is gone', async () => !(await runs(supervisor)), Boolean);
}
