import { z } from 'zod';
import type { DeskAdmin, RunAdmin } from '../kit/admin';
import { deskAdmin, UnknownRun, WrongState } from '../kit/admin';
import type { CallbackSender } from '../kit/callbacks';
import type { Mailbox } from '../kit/mailbox';
import type { RestDesk } from '../kit/rest';
import type { ExampleVendor, Placed, Told } from './example-vendor';
import { isOpen } from './example-vendor';

/** An order as a test or another process sees it. */
export interface OrderView {
  id: string;
  package: string;
  email: string;
  status: string;
  sequence: number;
  callbackUrl: string;
  link: string;
}

export const outcomeSchema = z.strictObject({
  score: z.number().optional(),
  /** As if it had been submitted at the very moment when it was called off. */
  late: z.boolean().optional(),
  /** With the report as a file, too. */
  file: z.boolean().optional(),
});
export type Outcome = z.output<typeof outcomeSchema>;

export interface StandardAdmin extends DeskAdmin, RunAdmin<OrderView, Outcome> {
  /** An order that another customer of the vendor has placed. */
  orderOfAnother(candidate: { name: string; email: string }): OrderView;
  /** Whatever the vendor has to say of an order, right or wrong; the update goes out in the background. */
  say(id: string, change: Partial<Told>): OrderView;
  /** Changes what the order is without a word to the hub: it shows only when the hub asks. */
  set(id: string, change: Partial<Told>): OrderView;
  /** The end of an order as the vendor has it. */
  endOf(id: string): string | null;
  /** A file of this order on the vendor's own server. */
  fileUrl(id: string): string;
  /** What can be ordered. */
  packages: PackageItem[];
  /** Sends what can be ordered to the connection's own address; gives the hub's answer. */
  pushPackages(callbackUrl: string, body?: unknown): Promise<{ status: number; body: unknown }>;
  /** What the hub has told about malformed answers. */
  problems(): ReportedProblem[];
}

export interface PackageItem {
  id: string;
  type: string;
  name: string;
}

/** A report of the hub, and under which `webhook-id` it came. */
export interface ReportedProblem {
  webhookId: string;
  request: string;
  order: string | null;
  errors: { path: string; message: string }[];
}

/** The result of a candidate who did well. */
export const goodResult = (reportUrl: string, score = 76): Partial<Told> => ({
  status: 'completed',
  score: { value: score, max: 100, band: score >= 50 ? 'Proceed' : 'Do not proceed' },
  parts: [
    { label: 'Skills', value: 72, max: 100 },
    { label: 'Values', text: 'Calm and open' },
  ],
  links: [{ label: 'Report', url: reportUrl }],
});

/** The report as a file beside the page. */
export const withReport = (url: string): Partial<Told> => ({
  files: [{ label: 'Report', name: 'report.pdf', contentType: 'application/pdf', url }],
});

export interface StandardParts {
  vendor: ExampleVendor;
  desk: RestDesk;
  mailbox: Mailbox;
  callbacks: CallbackSender;
  reportOf: (id: string) => string;
  fileOf: (id: string) => string;
  problems: ReportedProblem[];
}

export function standardAdmin(parts: StandardParts): StandardAdmin {
  const { vendor, desk, mailbox, callbacks, reportOf, fileOf, problems } = parts;
  const order = (id: string): Placed => {
    const placed = vendor.orders.get(id);
    if (placed === undefined) throw new UnknownRun(`No order ${id}`);
    return placed;
  };
  const view = ({ told, candidate, callbackUrl, package: name }: Placed): OrderView => ({
    id: told.order,
    package: name,
    email: candidate.email,
    status: told.status,
    sequence: told.sequence,
    callbackUrl,
    link: String(told['url']),
  });
  const say = (id: string, change: Partial<Told>): OrderView => {
    vendor.change(order(id), change);
    void vendor.tell(order(id));
    return view(order(id));
  };
  const whileOpen = (id: string, change: Partial<Told>): OrderView => {
    if (!isOpen(order(id))) throw new WrongState(`Order ${id} is ${order(id).told.status}`);
    return say(id, change);
  };
  return {
    ...deskAdmin(desk, mailbox, callbacks),
    applications: ({ email } = {}) =>
      [...vendor.orders.values()]
        .filter(({ candidate }) => email === undefined || candidate.email === email)
        .map(view),
    application: (id) => view(order(id)),
    start: (id) => whileOpen(id, { status: 'in_progress' }),
    complete: (id, outcome = {}) => {
      const { score, late, file } = outcomeSchema.parse(outcome);
      const result = { ...goodResult(reportOf(id), score), ...(file === true && withReport(fileOf(id))) };
      return (late === true ? say : whileOpen)(id, result);
    },
    decline: (id) => whileOpen(id, { status: 'declined', message: 'has found another job' }),
    expire: (id) => whileOpen(id, { status: 'expired' }),
    resend: (id) => void vendor.tell(order(id)),
    say,
    set: (id, change) => {
      vendor.change(order(id), change);
      return view(order(id));
    },
    endOf: (id) => (order(id).told['expiresAt'] ?? null) as string | null,
    fileUrl: fileOf,
    packages: vendor.packages,
    pushPackages: async (callbackUrl, given = { packages: vendor.packages }) => {
      const body = JSON.stringify(given);
      const headers = {
        'content-type': 'application/json',
        ...vendor.signed(`packages-${Date.now()}`, body),
      };
      const answer = await fetch(`${callbackUrl}/packages`, { method: 'PUT', headers, body });
      return { status: answer.status, body: (await answer.json()) as unknown };
    },
    problems: () => [...problems],
    orderOfAnother: (candidate) => {
      const id = `another-${vendor.orders.size + 1}`;
      const told = { order: id, attempt: 1, sequence: 0, status: 'opened' };
      vendor.orders.set(id, { told, candidate, package: 'sales-basics', callbackUrl: '' });
      return view(order(id));
    },
    clear: () => {
      vendor.orders.clear();
      mailbox.clear();
      callbacks.clear();
      desk.clear();
      problems.length = 0;
    },
  };
}
