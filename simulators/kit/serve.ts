import type { ErrorRequestHandler, RequestHandler } from 'express';
import express from 'express';
import { listen, plainErrors } from './listen';

/** The parts of a simulated vendor's server. */
export interface VendorServer {
  /** In the simulator's own fault messages. */
  brand: string;
  /** Where the API lies below the root, e.g. `/v1`. */
  apiPath: string;
  api: (RequestHandler | ErrorRequestHandler)[];
  /** Below `/_control`. */
  control: RequestHandler[];
  pages: RequestHandler[];
  port: number | undefined;
  /** Told the root as soon as it is known: pages and e-mails name it. */
  listens: (url: string) => void;
  /** Ends waiting callbacks. */
  stop: () => void;
}

/** Puts API, control routes and pages together. Listens on 127.0.0.1 only; rejects when the port is taken. */
export async function serveVendor(
  parts: VendorServer,
): Promise<{ url: string; apiUrl: string; stop: () => Promise<void> }> {
  const app = express();
  app.disable('x-powered-by');
  for (const handler of parts.api) app.use(parts.apiPath, handler);
  for (const handler of parts.control) app.use('/_control', handler);
  for (const handler of parts.pages) app.use(handler);
  app.use((_request, response) => void response.status(404).type('text').send('Not found'));
  app.use(plainErrors(parts.brand));
  const { url, stop } = await listen(app, parts.port);
  parts.listens(url);
  return {
    url,
    apiUrl: `${url}${parts.apiPath}`,
    stop: async () => {
      parts.stop();
      await stop();
    },
  };
}
