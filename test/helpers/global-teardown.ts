import { rm } from 'node:fs/promises';

/** Ends the servers of the run; Jest calls it after failed tests too. */
export default async function globalTeardown(): Promise<void> {
  const servers = globalThis.fulcrumTestServers;
  if (!servers) return;
  await servers.runtime.stop();
  await rm(servers.folder, { recursive: true, force: true });
}
