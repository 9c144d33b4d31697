import fc from 'fast-check';
import { z } from 'zod';
import { FulcrumError } from '../../../domain/errors';
import type { CommonSettings } from '../../../domain/settings/schema';
import { leverError, leverRequestId } from '../../../lever/errors';
import { isDeadGrant, readTokenError } from '../../../lever/token-errors';
import type { HttpAnswer } from '../../../platform/http/client';
import { retryAfterMs } from '../../../platform/http/retry-after';
import type { AnyVendor, InviteInput, RawCallback, RunReference, VendorCall } from '../../../vendors/define';
import { isInviting } from '../../../vendors/define';
import { registry } from '../../../vendors/registry';
import { casesOf } from '../../contract/cases';

/**
 * An answer may have eight megabytes, and everything else in the process waits while an expression goes over it. So no
 * expression is ever put to more than a bounded piece, whatever answers and wherever in the answer it stands. What is
 * measured is what each expression was given, not how long it took.
 */

/** What is longest that somebody may mean: a text of the settings, or a tag. */
const longestRead = 10_000;

/** Zod's own, for its formats and lengths: each goes over a text once, from its beginning. */
const ofZod = [
  String.raw`[\uD800-\uDBFF]`,
  String.raw`^-?\d+(?:\.\d+)?$`,
  String.raw`^https?:\/\/`,
  String.raw`\s`,
  String.raw`[\t\n\r]`,
  z.regexes.email.source,
  z.regexes.datetime({ offset: true }).source,
];

/** Every expression that was put to more than that meanwhile. */
async function overlyLong(work: () => unknown): Promise<string[]> {
  const { exec } = RegExp.prototype;
  const found = new Set<string>();
  RegExp.prototype.exec = function (this: RegExp, text: string) {
    if (String(text).length > longestRead && !ofZod.includes(this.source)) found.add(this.source);
    return exec.call(this, text);
  };
  try {
    await work();
  } catch (error) {
    if (!(error instanceof FulcrumError)) throw error;
    if (error.message.length > longestRead) found.add(`the message itself: ${error.code}`);
  } finally {
    RegExp.prototype.exec = exec;
  }
  return [...found];
}

/** Every member that some vendor's answers or messages have, each with the same text. */
const memberNames = [
  ...['error', 'message', 'error_text', 'code', 'detail', 'title', 'status', 'id', 'external_id', 'order'],
  ...[
    'application_id',
    'app_link_full',
    'rep_link_full',
    'rep_link_full_acc',
    'completed',
    'fields',
    'score_text',
  ],
  ...[
    'caption_tr_score',
    'next_app_id',
    'next_date',
    'position_id',
    'aname',
    'score',
    'score_final',
    'has_more',
  ],
  ...['interview_link', 'interview_token', 'job_code', 'callback_url', 'results_url', 'decision', 'rating'],
  ...[
    'candidate_uuid',
    'invitation_uuid',
    'invitation_url',
    'expires_at',
    'completed_at',
    'created_at',
    'uuid',
  ],
  ...['name', 'assessment', 'event', 'type', 'url', 'profile_url', 'invite_url', 'invitation_id', 'ats_id'],
  ...['next_cursor', 'next', 'personality', 'occurredAt', 'expiresAt', 'label', 'is_public', 'is_default'],
  ...['session_id', 'lever_job_id', 'occurred_at', 'question', 'answer', 'filename', 'sha256', 'package'],
];

function bodyOf(text: string): unknown {
  const flat = Object.fromEntries(memberNames.map((name) => [name, text]));
  const deep = {
    ...flat,
    error_code: 1713,
    error: flat,
    errors: { [text]: text, email: text },
    scores: { global: text, personality: text, overall: text },
    assessments: { swipe: flat, [text]: flat },
    candidate: { first_name: text, email: text, phone: text, lever_opportunity_id: text },
    screener: { id: text, name: text },
    pdf: { url: text, filename: text, sha256: text },
    reports: [flat],
    links: [flat],
    parts: [flat],
    files: [{ ...flat, content: text, contentType: 'application/pdf' }],
    answers: [flat],
    position_reducers: [flat],
    packages: [flat],
    items: [flat],
    interview_templates: [flat],
    application_list: [{ ...flat, fields: [{ assessment_id: text }] }],
  };
  return { ...deep, data: { ...deep, data: [flat] } };
}

/** Texts over which backtracking goes wrong: long runs of one kind, and nearly everything that is nearly something. */
const pieces = [
  'a',
  'A',
  ' ',
  '.',
  '/',
  '@',
  '1',
  '-',
  '"',
  "'",
  'aA',
  'a ',
  ' -',
  'a@',
  '1.',
  'a.',
  'https://',
  '\u00a0',
  '李',
];
const hostile = fc.record({
  piece: fc.constantFrom(...pieces),
  end: fc.constantFrom('', '!', '@', '\u0000', 'x', ' '),
  length: fc.integer({ min: longestRead + 1, max: longestRead + 500 }),
});
const written = ({ piece, end, length }: { piece: string; end: string; length: number }): string =>
  piece.repeat(Math.ceil(length / piece.length)) + end;

const answerOf = (status: number, text: string, headers: Record<string, string> = {}): HttpAnswer => {
  const body = Buffer.from(JSON.stringify(bodyOf(text)));
  return { status, headers, body, text: () => body.toString('utf8'), json: () => bodyOf(text) };
};

const statuses = [200, 201, 400, 401, 404, 409, 422, 429, 500];

/** Settings and credentials that the vendor takes, from its recorded contract. */
function setUpOf(vendor: AnyVendor): { settings: CommonSettings; credentials: unknown } {
  const [first] = casesOf(vendor.id);
  if (first === undefined) throw new Error(`there are no cases of ${vendor.id}`);
  return {
    settings: vendor.settings.parse(first.one.settings),
    credentials: vendor.credentials.parse(first.one.credentials),
  };
}

function operationsOf(vendor: AnyVendor, answer: HttpAnswer): (() => unknown)[] {
  const call: VendorCall<unknown, CommonSettings> = {
    connectionId: 'con_1',
    ...setUpOf(vendor),
    baseUrl: 'https://vendor.example',
    http: { request: () => Promise.resolve(answer) },
  };
  const route = { assessmentRef: '10002063', assessmentName: 'Leadership', options: {} };
  const run: RunReference = { assessmentId: 'asm-1', vendorRef: '647', route };
  const input: InviteInput = {
    assessmentId: 'asm-1',
    route,
    candidate: { name: 'Dana Example', email: 'dana@example.com', phone: null },
    opportunityId: 'opp-1',
    postingId: 'post-1',
    callbackUrl: 'https://hub.example/callbacks/x/key',
    expiresAt: null,
    knownRef: null,
  };
  const list = () => vendor.requests.listAssessments(call);
  if (!isInviting(vendor)) return [list];
  const { invite, find, status, result, remind, extend, cancel } = vendor.requests;
  return [
    list,
    () => invite(call, input),
    () => invite(call, { ...input, knownRef: '647' }),
    () => find?.(call, { assessmentId: 'asm-1', knownRef: '647' }),
    () => find?.(call, { assessmentId: 'asm-1', knownRef: null }),
    () => status?.(call, run),
    () => result(call, run),
    () => remind?.(call, run),
    () => extend?.(call, run, 1_800_000_000_000),
    () => cancel?.(call, run),
  ];
}

describe.each(Object.values(registry).map((vendor) => [vendor.id, vendor] as const))(
  'what %s may answer',
  (_, vendor) => {
    it('is never put to an expression as a whole', async () => {
      await fc.assert(
        fc.asyncProperty(hostile, fc.constantFrom(...statuses), async (how, status) => {
          const text = written(how);
          for (const operation of operationsOf(vendor, answerOf(status, text))) {
            expect(await overlyLong(operation)).toEqual([]);
          }
        }),
        { numRuns: 20 },
      );
    });

    it('nor is what it may send', async () => {
      await fc.assert(
        fc.asyncProperty(hostile, async (how) => {
          const text = written(how);
          const raw: RawCallback = {
            method: 'POST',
            headers: {},
            pathRest: '',
            query: {},
            receivedAt: 1_767_225_600_000,
            body: Buffer.from(JSON.stringify({ ...(bodyOf(text) as object), event: 'screener.completed' })),
          };
          expect(await overlyLong(() => vendor.callback.parse(raw))).toEqual([]);
        }),
        { numRuns: 20 },
      );
    });
  },
);

describe('what Lever may answer', () => {
  it('is never put to an expression as a whole', async () => {
    const request = { method: 'GET', route: '/stages', writes: false, requestId: 'r' };
    await fc.assert(
      fc.asyncProperty(hostile, fc.constantFrom(...statuses), async (how, status) => {
        const text = written(how);
        const answer = answerOf(status, text, { 'x-request-id': text, 'retry-after': text });
        const seen = await overlyLong(() => {
          leverRequestId(answer);
          isDeadGrant(status, readTokenError(bodyOf(text)));
          retryAfterMs(text, 0);
          throw leverError(request, answer, 0);
        });
        expect(seen).toEqual([]);
      }),
      { numRuns: 20 },
    );
  });
});

test('the measure sees every way in which an expression is put to a text', async () => {
  const text = 'x'.repeat(longestRead + 1);
  const ways = [
    () => /x/.test(text),
    () => text.replace(/y/g, ''),
    () => text.match(/x/g),
    () => text.split(/y/),
    () => [...text.matchAll(/y/g)],
    () => text.search(/y/),
  ];
  for (const way of ways) expect(await overlyLong(way)).toHaveLength(1);
});
