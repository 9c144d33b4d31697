import { createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders, Server } from 'node:http';
import { createServer } from 'node:http';

/**
 * A whole vendor by docs/vendor-contract.md, with nothing but Node. Its orders live in memory, and an update that the
 * hub does not take is not sent again; a product has a store and a queue for that, and the rest is as below.
 */

/** An order as the hub is told of it: when it asks, and when something happens. */
type State = { order: string; attempt: number; sequence: number; status: string };
export type Told = State & Record<string, unknown>;
type Ordered = { package: string; callbackUrl: string; candidate: { name: string; email: string } };
export type Placed = Ordered & { told: Told };
type Answer = { status: number; body: unknown };
/** Sends an update; `sign` makes the headers of one attempt, because they hold its time. */
export type Deliver = (url: string, body: string, sign: () => Record<string, string>) => Promise<unknown>;

export const isOpen = ({ told }: Placed): boolean => ['opened', 'in_progress'].includes(told.status);
const problem = (status: number, detail: string): Answer => ({ status, body: { status, detail } });
const post: Deliver = (url, body, sign) =>
  fetch(url, { method: 'POST', body, headers: { 'content-type': 'application/json', ...sign() } });

export class ExampleVendor {
  readonly orders = new Map<string, Placed>();
  readonly packages = [{ id: 'sales-basics', type: 'SKILLS_TEST', name: 'Sales basics' }];

  constructor(
    private readonly secret: string,
    private readonly linkTo: (orderId: string) => string,
    private readonly writeTo: (placed: Placed, subject: string) => void,
    private readonly deliver: Deliver = post,
  ) {}

  /** Answers one request of the hub. */
  answer(method: string, path: string, headers: IncomingHttpHeaders, body: string): Answer {
    if (!this.#isSigned(headers, body)) return problem(401, 'The signature does not fit');
    const [, root, id, action] = path.replace(/\?.*/, '').split('/').map(decodeURIComponent);
    if (root === 'packages') return { status: 200, body: { packages: this.packages } };
    if (root === 'orders' && id === undefined && method === 'POST') return this.#place(body);
    const placed = this.orders.get(id ?? '');
    if (!placed) return problem(404, 'There is no such order');
    if (action !== undefined && !isOpen(placed)) return problem(410, `It is ${placed.told.status}`);
    if (action === 'remind') this.writeTo(placed, 'Your assessment is waiting');
    if (action === 'cancel') this.change(placed, { status: 'cancelled' });
    if (action === 'extend') this.change(placed, { expiresAt: (JSON.parse(body) as Told)['expiresAt'] });
    return { status: 200, body: placed.told };
  }

  /** The same id again is the same order: nobody is invited twice. */
  #place(body: string): Answer {
    const { id, ...ordered } = JSON.parse(body) as Ordered & { id: string };
    if (this.orders.has(id)) return { status: 200, body: this.orders.get(id)?.told };
    if (!this.packages.some((one) => one.id === ordered.package)) return problem(422, 'No such package');
    const told: Told = { order: id, attempt: 1, sequence: 0, status: 'opened', url: this.linkTo(id) };
    this.orders.set(id, { ...ordered, told });
    this.writeTo({ ...ordered, told }, 'You are invited to an assessment');
    return { status: 201, body: { ...told } };
  }

  change({ told }: Placed, change: Partial<Told>): void {
    Object.assign(told, { occurredAt: new Date().toISOString(), sequence: told.sequence + 1, ...change });
  }

  /** Tells the hub how the order stands now. */
  async tell({ told, callbackUrl }: Placed): Promise<void> {
    const body = JSON.stringify(told);
    const id = `${told.order}-${told.attempt}-${told.sequence}`;
    await this.deliver(callbackUrl, body, () => this.signed(id, body));
  }

  signed(id: string, body: string): Record<string, string> {
    const time = String(Math.floor(Date.now() / 1000));
    const signature = this.#sign(id, time, body);
    return { 'webhook-id': id, 'webhook-timestamp': time, 'webhook-signature': signature };
  }

  #sign(id: string, time: string, body: string): string {
    const key = Buffer.from(this.secret.replace(/^whsec_/, ''), 'base64');
    return `v1,${createHmac('sha256', key).update(`${id}.${time}.${body}`).digest('base64')}`;
  }

  #isSigned(headers: IncomingHttpHeaders, body: string): boolean {
    const of = (name: string): string => String(headers[`webhook-${name}`]);
    const ours = Buffer.from(this.#sign(of('id'), of('timestamp'), body));
    const given = Array.from(of('signature').split(' '), (one) => Buffer.from(one));
    const isFresh = Math.abs(Date.now() / 1000 - Number(of('timestamp'))) <= 300;
    return isFresh && given.some((one) => one.length === ours.length && timingSafeEqual(one, ours));
  }

  server(): Server {
    return createServer(async (request, response) => {
      const body = (await request.setEncoding('utf8').toArray()).join('');
      const given = this.answer(request.method ?? '', request.url ?? '', request.headers, body);
      const headers = { 'content-type': 'application/json' };
      response.writeHead(given.status, headers).end(JSON.stringify(given.body));
    });
  }
}
