import type { PresentedConnection } from '../../api/connections/present';
import { operator } from '../helpers/actions';
import type { PassingRequest } from '../helpers/http-gate';
import { until } from '../helpers/until';
import type { FaultName } from './faults';
import { faults } from './faults';
import type { RuleWorld } from './rule-world';

/**
 * What a person asks of the hub about a connection while something goes wrong: they hear of it in words, and the same
 * asked again puts it right. Nothing is left half done without a word, or done twice.
 */

export interface Question {
  /** Of the registry. */
  activity: string;
  asks: 'lever' | 'vendor';
  matches(request: PassingRequest): boolean;
  /** What is asked; the connection is there but for `create`. */
  action: 'create' | 'test' | 'disable';
}

const at = (method: string, path: RegExp) => (request: PassingRequest) =>
  request.method === method && path.test(request.path.split('?')[0] ?? '');

export const questions: readonly Question[] = [
  { activity: 'listStages', asks: 'lever', matches: at('GET', /^\/v1\/stages$/), action: 'test' },
  { activity: 'listWebhooks', asks: 'lever', matches: at('GET', /^\/v1\/webhooks$/), action: 'test' },
  { activity: 'findUser', asks: 'lever', matches: at('GET', /^\/v1\/users/), action: 'test' },
  { activity: 'listAssessments', asks: 'vendor', matches: at('GET', /packages$/), action: 'test' },
  { activity: 'createWebhook', asks: 'lever', matches: at('POST', /^\/v1\/webhooks$/), action: 'create' },
  { activity: 'deleteWebhook', asks: 'lever', matches: at('DELETE', /^\/v1\/webhooks\//), action: 'disable' },
];

interface Answer {
  status: number;
  body: {
    detail?: string;
    ok?: boolean;
    checks?: { name: string; ok: boolean; detail: string | null }[];
    webhook?: { problem: string | null };
  };
}

/** What is wrong in an answer, in words; null: nothing. */
function complaint({ status, body }: Answer): string | null {
  if (status >= 400) return body.detail ?? '';
  if (body.ok === false) {
    const [failed] = (body.checks ?? []).filter(({ ok }) => !ok);
    return failed?.detail ?? '';
  }
  return body.webhook?.problem ?? null;
}

const events = 4;

export async function playQuestion(
  world: RuleWorld,
  question: Question,
  fault: FaultName,
): Promise<string | null> {
  const { action } = question;
  const { credentials } = world.vendor;
  const create = (): Promise<{ status: number; body: PresentedConnection }> =>
    operator(world, 'POST', '/connections', {
      vendor: 'standard',
      customer: 'Another',
      lever: { apiKey: 'lever-sim-key' },
      credentials,
      settings: {
        triggerStages: ['Offer'],
        defaultAssessment: 'sales-basics',
        serviceUserEmail: 'integration.service@customer.example.com',
      },
    });
  const before = new Set(world.lever.admin.webhooks().map(({ id }) => id));
  const made = action === 'create' ? null : await create();
  if (made !== null) expect(made).toMatchObject({ status: 201, body: { webhook: { problem: null } } });
  const ask = (id: string, what: 'test' | 'disable'): Promise<Answer> =>
    operator(world, 'POST', `/connections/${id}/${what}`, what === 'disable' ? {} : undefined);

  const disturbing = world.gates[question.asks].disturb({ ...faults[fault], matches: question.matches });
  let answer: Answer;
  let id: string;
  try {
    if (made === null) {
      const created = await create();
      answer = created;
      ({ id } = created.body);
    } else {
      ({ id } = made.body);
      answer = await ask(id, action === 'disable' ? 'disable' : 'test');
    }
  } finally {
    disturbing.end();
  }
  expect(disturbing.met()).toBeGreaterThan(0);
  const said = complaint(answer);
  if (said !== null) expect(said).toMatch(/\w{3} \w/);
  else expect(['garbage', 'another shape', 'lost answer', '404', '409', '410']).toContain(fault);

  const left = () => world.lever.admin.webhooks().filter((webhook) => !before.has(webhook.id));
  if (action === 'disable') {
    // The grant is gone: whoever is told that webhooks are left takes them away in Lever. What Lever calls gone is gone.
    if (fault !== '404') expect(left().length > 0).toBe(said !== null);
    return said;
  }
  const again = await ask(id, 'test');
  expect([again.status, complaint(again)]).toEqual([200, null]);
  await until(
    'Lever has the webhooks that it should',
    () => left().length,
    (count) => count === events,
  );
  await ask(id, 'disable');
  return said;
}
