import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Config } from '../platform/config';
import type { Logger } from '../platform/log';
import { createApp } from './app';
import { composeApi, type ComposeOptions } from './deps';
import { createListener } from './listener';

/** A running api. */
export interface RunningApi {
  /** Where it listens; `PUBLIC_URL` is how others reach it. */
  url: string;
  /** Takes no new requests, finishes those under way, and writes what still waits in memory. */
  stop(): Promise<void>;
}

/** How long requests under way may take to finish when the process is asked to stop. */
const finishWithinMs = 15_000;

export async function startApi(
  options: {
    config: Config;
    log: Logger;
    /** 0 takes any free one; default: the configured port. */ port?: number;
    /** Called directly before it listens: whoever kept the port free for it lets go of it. */
    beforeListening?: () => Promise<void>;
  } & ComposeOptions,
): Promise<RunningApi> {
  const { config, log, port = config.port, beforeListening, ...compose } = options;
  const parts = await composeApi(config, log, compose);
  let hasWarned = false;
  const server = createListener(createApp(parts.app), () => {
    if (hasWarned) return;
    hasWarned = true;
    log.warn('a client that sends requests without waiting for answers was disconnected: said once');
  });
  try {
    // First: on a new database there are no tables yet. It does not wait for stores that are away.
    await parts.start();
    await beforeListening?.();
    await listen(server, port, config.host);
  } catch (error) {
    server.close();
    await parts.stop().catch(() => undefined);
    throw error;
  }
  const url = `http://${reachedAt(config.host)}:${(server.address() as AddressInfo).port}`;
  log.info({ url, publicUrl: config.publicUrl }, 'api is listening');
  if (config.publicUrl.startsWith('http:')) {
    log.warn(
      { publicUrl: config.publicUrl },
      'PUBLIC_URL is not https: Lever itself calls only https addresses',
    );
  }
  return {
    url,
    stop: async () => {
      await close(server);
      await parts.stop();
    },
  };
}

const listen = (server: Server, port: number, host: string | null): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const words: Record<string, string> = {
        EADDRINUSE: `Port ${port} is taken by another process: set PORT to a free one.`,
        EADDRNOTAVAIL: `This machine has no address ${host}: set HOST to one of its own.`,
      };
      const said = words[error.code ?? ''];
      reject(said === undefined ? error : new Error(said, { cause: error }));
    });
    server.listen({ port, host: host ?? undefined }, resolve);
  });

/** By what name this machine reaches what listens there. */
const reachedAt = (host: string | null): string => {
  if (host === null || ['0.0.0.0', '127.0.0.1', '::', '::1'].includes(host)) return 'localhost';
  return host.includes(':') ? `[${host}]` : host;
};

/** Finishes requests under way; kept-alive connections without one are closed at once. */
async function close(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const timer = setTimeout(() => server.closeAllConnections(), finishWithinMs);
  await closed;
  clearTimeout(timer);
}
