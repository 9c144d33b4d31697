import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { z } from 'zod';
import { newConnection } from '../../../api/connections/input';
import { largestFileBytes } from '../../../domain/effects';
import { readWebhookSecret, webhookHeaders } from '../../../platform/crypto/standard-webhooks';
import type { HttpRequest } from '../../../platform/http/client';
import { fileTypeOf } from '../../../platform/http/file-types';
import { packages, packageTypes } from '../../../vendors/standard/catalogue';
import { order } from '../../../vendors/standard/contract';
import { standard } from '../../../vendors/standard/definition';
import { faultsOf } from '../../../vendors/standard/faults';
import { file, fileTypes, largestContentBytes } from '../../../vendors/standard/files';
import { extension, placement, problemReport } from '../../../vendors/standard/messages';

/** What docs/vendor-contract.md shows is what the hub takes and sends. */

const folder = join(__dirname, '../../..');
const page = readFileSync(join(folder, 'docs/vendor-contract.md'), 'utf8');

const example = (name: string): Record<string, unknown> => {
  const text = new RegExp(`\`\`\`json ${name}\\n(.*?)\`\`\``, 's').exec(page)?.[1];
  if (text === undefined) throw new Error(`the page has no example "${name}"`);
  return JSON.parse(text) as Record<string, unknown>;
};

test('the connection can be made', () => {
  const { credentials, settings } = newConnection.parse(example('connection'));
  expect(standard.credentials.safeParse(credentials).success).toBe(true);
  expect(standard.settings.safeParse(settings).success).toBe(true);
});

test('the signature fits', () => {
  const { secret, body, ...headers } = example('signature') as Record<string, string>;
  const key = readWebhookSecret(secret ?? '') as Buffer;
  const at = Number(headers['webhook-timestamp']) * 1_000;
  expect(webhookHeaders({ id: headers['webhook-id'] ?? '', at, body: body ?? '' }, [key])).toEqual(headers);
});

test('packages and order can be read, and every field of the order is told', () => {
  expect(packages.parse(example('packages')).packages).toHaveLength(2);
  expect(order.parse(example('order'))).toMatchObject({ status: 'completed', score: { value: 76 } });
  const told = [...page.matchAll(/^\| (`[^|]*`) +\|/gm)].map(([, names]) => names).join();
  const fields = [...Object.keys(order.shape), ...Object.keys(file.shape)];
  const untold = fields.filter((field) => !told.includes(`\`${field}\``));
  expect(untold).toEqual([]);
});

test('types of packages and files, and their limits, are told', () => {
  for (const type of [...packageTypes, ...fileTypes]) expect(page).toContain(`\`${type}\``);
  expect(page).toContain(`up to ${largestContentBytes / 1024} KiB before encoding`);
  expect(page).toContain(`up to ${largestFileBytes / 1024 / 1024} MiB: https`);
});

test('every kind of file can be taken', () => {
  expect(fileTypes.filter((type) => fileTypeOf(type) === null)).toEqual([]);
});

test('what the hub sends is as the page shows', () => {
  expect(placement.parse(example('placing'))).toEqual(example('placing'));
  expect(extension.parse(example('extending'))).toEqual(example('extending'));
  const { order: id, errors } = problemReport.parse(example('problems'));
  expect(id).toBe('asm_4f1c');
  const answered = order.safeParse({ ...example('order'), score: { value: 'good' } });
  expect(faultsOf(answered.error as z.ZodError, {})).toEqual(errors);
});

test('every status is told, and no other', () => {
  const table = page.slice(page.search(/^\| status +\| means/m));
  const told = [...table.slice(0, table.indexOf('\n\n')).matchAll(/^\| `(\w+)` +\|/gm)].map(
    ([, name]) => name,
  );
  expect(told).toEqual(order.shape.status.options.toSorted((a, b) => told.indexOf(a) - told.indexOf(b)));
});

test('an order is placed as the page shows', async () => {
  const shown = example('placing') as Record<
    'id' | 'package' | 'callbackUrl' | 'locale' | 'expiresAt',
    string
  > & {
    candidate: { name: string; email: string; phone: null };
    application: { id: string };
    job: { id: string; title: string };
  };
  const sent: HttpRequest[] = [];
  const body = JSON.stringify({ ...example('order'), order: shown.id });
  const answer = {
    status: 201,
    headers: {},
    body: Buffer.from(body),
    text: () => body,
    json: () => JSON.parse(body) as unknown,
  };
  const { candidate, application, job } = shown;
  await standard.requests.invite(
    {
      connectionId: 'con_1',
      credentials: standard.credentials.parse(example('connection')['credentials']),
      settings: standard.settings.parse({ locale: shown.locale }),
      baseUrl: 'https://vendor.example/api',
      http: { request: (request) => Promise.resolve(answer).finally(() => sent.push(request)) },
    },
    {
      assessmentId: shown.id,
      route: { assessmentRef: shown.package, assessmentName: '', options: { jobTitle: job.title } },
      candidate: { name: candidate.name, email: candidate.email, phone: candidate.phone },
      opportunityId: application.id,
      postingId: job.id,
      callbackUrl: shown.callbackUrl,
      expiresAt: Date.parse(shown.expiresAt),
      knownRef: null,
    },
  );
  expect(sent.map(({ method, url }) => `${method} ${url}`)).toEqual([
    'POST https://vendor.example/api/orders',
  ]);
  expect(JSON.parse(String(sent[0]?.body))).toEqual(shown);
});

test('the example vendor is as small as the page says', () => {
  const text = readFileSync(join(folder, 'simulators/standard/example-vendor.ts'), 'utf8');
  expect(text.trim().split('\n').length).toBeLessThan(100);
});
