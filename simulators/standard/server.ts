import express from 'express';
import { anySuccess, CallbackSender, steps } from '../kit/callbacks';
import { controlRoutes } from '../kit/control';
import { Mailbox } from '../kit/mailbox';
import type { Handler } from '../kit/rest';
import { RestDesk } from '../kit/rest';
import { serveVendor } from '../kit/serve';
import type { ReportedProblem, StandardAdmin } from './admin';
import { goodResult, outcomeSchema, standardAdmin } from './admin';
import type { Told } from './example-vendor';
import { ExampleVendor } from './example-vendor';
import { standardPages } from './pages';

export interface StandardOptions {
  /** 0 or none: any free port. */
  port?: number;
  /** Signs both ways. */
  secret?: string;
  /** Waits before further attempts of an update, ms; as the contract advises by default. */
  callbackRetries?: readonly number[];
  callbackTimeoutMs?: number;
}

export interface StandardSimulator {
  /** Root of the pages and of `/_control`. */
  url: string;
  /** As the connection's `baseUrl` wants it. */
  apiUrl: string;
  admin: StandardAdmin;
  /** Ends waiting updates and open connections and frees the port. */
  stop(): Promise<void>;
}

/** Where none is given. */
export const defaultSecret = `whsec_${Buffer.from('the example vendor and the hub').toString('base64')}`;

const minute = 60_000;
const advisedRetries = [minute, 5 * minute, 30 * minute, 120 * minute, 360 * minute, 1440 * minute];

/**
 * Starts the example vendor with everything round it that tests and people need: faults, a log of requests, a mailbox,
 * pages for the candidate, updates that can be lost or doubled. Listens on 127.0.0.1 only. Rejects when the port is taken.
 */
export async function startStandardSimulator(options: StandardOptions = {}): Promise<StandardSimulator> {
  let root = '';
  const reportOf = (id: string): string => `${root}/report/${encodeURIComponent(id)}`;
  const fileOf = (id: string): string => `${root}/files/${encodeURIComponent(id)}.pdf`;
  const problems: ReportedProblem[] = [];
  const mailbox = new Mailbox();
  const desk: RestDesk = new RestDesk(routes(() => vendor));
  const callbacks = new CallbackSender((kind) => desk.faults.take([kind]), {
    wait: steps(options.callbackRetries ?? advisedRetries),
    judge: anySuccess,
    timeoutMs: options.callbackTimeoutMs ?? 10_000,
  });
  const vendor = new ExampleVendor(
    options.secret ?? defaultSecret,
    (id) => `${root}/take/${encodeURIComponent(id)}`,
    ({ candidate, told }, subject) =>
      mailbox.post({
        to: candidate.email,
        subject,
        text: `Hello ${candidate.name}, please take the assessment. It takes about ten minutes.`,
        link: String(told['url']),
        applicationId: told.order,
      }),
    (url, body, sign) =>
      callbacks.send({
        applicationId: (JSON.parse(body) as { order: string }).order,
        method: 'POST',
        url,
        body,
        headers: (forged) => ({ ...sign(), ...(forged && { 'webhook-signature': 'v1,Zm9yZ2Vk' }) }),
      }),
  );

  function routes(of: () => ExampleVendor): Record<string, Handler> {
    /** The example vendor answers, on the bytes as they came. */
    const answer: Handler = ({ method, url, headers, body }) =>
      of().answer(method, url, headers, Buffer.isBuffer(body) ? body.toString('utf8') : '');
    const place: Handler = async (request) => {
      const answered = await answer(request);
      const { order } = answered.body as { order?: string };
      const placed = order === undefined ? undefined : of().orders.get(order);
      if (placed !== undefined && desk.faults.take(['early-completion'])) {
        of().change(placed, goodResult(reportOf(placed.told.order)));
        await of().tell(placed);
      }
      return answered;
    };
    const show: Handler = async (request) => {
      const answered = await answer(request);
      const told = answered.body as Told;
      if (told.status !== 'completed' || !desk.faults.take(['unshown-completion'])) return answered;
      const { order, attempt, sequence, url } = told;
      return { status: 200, body: { order, attempt, sequence: sequence - 1, status: 'in_progress', url } };
    };
    /** Beyond the example, which serves none: a report is kept for whoever looks for it. */
    const hear: Handler = async (request) => {
      const answered = await answer(request);
      if (answered.status === 401) return answered;
      const told = JSON.parse(String(request.body)) as Omit<ReportedProblem, 'webhookId'>;
      problems.push({ ...told, webhookId: String(request.headers['webhook-id']) });
      return { status: 202, body: {} };
    };
    return {
      'GET /packages': answer,
      'POST /orders': place,
      'GET /orders/:id': show,
      'POST /orders/:id/remind': answer,
      'POST /orders/:id/cancel': answer,
      'POST /orders/:id/extend': answer,
      'POST /problems': hear,
    };
  }

  const admin = standardAdmin({ vendor, desk, mailbox, callbacks, reportOf, fileOf, problems });
  const served = await serveVendor({
    brand: 'Example vendor',
    apiPath: '/v1',
    api: [
      // Signatures are over bytes, so the body is left as it came.
      express.raw({ type: () => true }),
      desk.router({ status: 400, body: { detail: 'Unreadable' } }),
    ],
    control: [controlRoutes(admin, outcomeSchema)],
    pages: [standardPages({ vendor, mailbox, reportOf, fileOf })],
    port: options.port,
    listens: (url) => (root = url),
    stop: () => {
      desk.stop();
      callbacks.stop();
    },
  });
  return { ...served, admin };
}
