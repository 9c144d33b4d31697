import { z } from 'zod';
import { FulcrumError } from '../../domain/errors';
import { isLeverId } from '../../domain/lever-id';
import type { Screening } from '../../domain/screening';
import type { ScreeningOutcome } from '../../domain/screening-outcome';
import { jsonOf } from '../../platform/json';
import type { CallbackMessage, RawCallback } from '../define';
import type { SignatureLayout } from '../timed-signature';
import { verifyTimedSignature } from '../timed-signature';
import { postingIdOf } from './postings';
import type { UpwageCredentials } from './settings';

/** Upwage publishes no contract; this is the one proposed to it (`X-Upwage-…` headers, event `screener.completed`). */

/** The time stands in a header of its own. */
const layout: SignatureLayout = {
  written: 'sha256=<hex>, with the unix seconds in X-Upwage-Timestamp',
  read: (value, headers) => {
    const [, signature] = /^sha256=(\S+)$/i.exec(value) ?? [];
    const time = headers['x-upwage-timestamp'];
    return signature === undefined || time === undefined ? null : { time, signatures: [signature] };
  },
};

export const verify = (raw: RawCallback, { webhookSecret }: UpwageCredentials): void =>
  verifyTimedSignature(raw, {
    header: 'X-Upwage-Signature',
    secret: webhookSecret,
    secretName: 'webhookSecret',
    layout,
  });

const id = z.string().min(1).max(200);
const word = z.string().trim().max(500);

const answer = z.object({
  question: z.string(),
  answer: z.string().nullish(),
  verdict: z.string().nullish(),
});

const message = z.object({
  event: z.literal('screener.completed'),
  id,
  occurred_at: z.iso.datetime({ offset: true }).nullish(),
  screener: z.object({ id, name: word.nullish() }),
  lever_job_id: z.string().max(500).nullish(),
  session_id: id,
  candidate: z.object({
    first_name: word.nullish(),
    last_name: word.nullish(),
    email: z.email().max(254).nullish(),
    phone: word.nullish(),
    lever_opportunity_id: z.string().max(100).nullish(),
  }),
  outcome: z.enum(['PASSED', 'FAILED', 'INCOMPLETE']),
  score: z.number().nullish(),
  answers: z.array(answer).max(200).nullish(),
  pdf: z
    .looseObject({
      url: z.string().min(1).max(4_000),
      filename: word.nullish(),
      sha256: z
        .string()
        .max(64, { abort: true })
        .regex(/^[0-9a-f]{64}$/i)
        .nullish(),
    })
    .nullish(),
});
type Message = z.output<typeof message>;

/** Events that the hub has no use for are taken, and nothing happens. The conversation itself stands in the PDF. */
export function parse(raw: RawCallback): CallbackMessage {
  const body = jsonOf(raw.body);
  const kind = z.object({ event: z.string() }).safeParse(body);
  if (kind.success && kind.data.event !== 'screener.completed') return { news: [] };
  const parsed = message.safeParse(body);
  if (!parsed.success)
    throw malformed(`it is wrong at ${parsed.error.issues[0]?.path.join('.') || 'its top'}`);
  const { candidate, id: eventKey } = parsed.data;
  if (!candidate.email && opportunityOf(candidate) === null) {
    throw malformed('it names neither an e-mail address nor an opportunity, so nobody could be found by it');
  }
  const screening = toScreening(parsed.data);
  const at = screening.completedAt;
  const event = { type: 'completed', ...(at !== null && { at }) } as const;
  return { news: [{ vendorRef: screening.sessionId, eventKey, event, screening }] };
}

/** What is no id of Lever's names nobody; by the e-mail address the person is found all the same. */
const opportunityOf = ({ lever_opportunity_id: named }: Message['candidate']): string | null =>
  named && isLeverId(named) ? named : null;

const malformed = (why: string): FulcrumError =>
  new FulcrumError('input.malformed', `The event cannot be used: ${why}`);

function toScreening(given: Message): Screening {
  const { candidate, screener, pdf } = given;
  const name = [candidate.first_name, candidate.last_name].filter(Boolean).join(' ');
  return {
    sessionId: given.session_id,
    screener: { id: screener.id, name: screener.name || screener.id },
    // What is no posting's id is kept as it came, so that it can be shown as what differs.
    postingId: given.lever_job_id ? (postingIdOf(given.lever_job_id) ?? given.lever_job_id) : null,
    opportunityId: opportunityOf(candidate),
    candidate: {
      name: name || candidate.email || '',
      email: candidate.email ?? null,
      phone: candidate.phone || null,
    },
    outcome: given.outcome.toLowerCase() as ScreeningOutcome,
    score: given.score ?? null,
    answers: (given.answers ?? []).map((one) => ({
      question: cut(one.question),
      answer: cut(one.answer ?? ''),
      verdict: one.verdict ? cut(one.verdict) : null,
    })),
    report: pdf ? { url: pdf.url, name: pdf.filename || 'Screening.pdf', sha256: pdf.sha256 ?? null } : null,
    completedAt: given.occurred_at ? Date.parse(given.occurred_at) : null,
  };
}

/** Of answers a note needs the gist; with 200 of them the run's history stays far below its limit. */
const longestWords = 500;
const cut = (text: string): string =>
  text.length <= longestWords
    ? text
    : `${Array.from(text)
        .slice(0, longestWords - 1)
        .join('')}…`;
