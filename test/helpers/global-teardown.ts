/** Ends the servers of the run; Jest calls it after failed tests too. */
export default async function globalTeardown(): Promise<void> {
  await globalThis.fulcrumTestServers?.stop();
}
