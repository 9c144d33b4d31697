import { z } from 'zod';
import { FulcrumError } from '../../domain/errors';
import type { CallbackNews, RawCallback } from '../define';
import { verifyTimedSignature } from '../timed-signature';
import { vendorRefOf } from './requests';
import type { AssessFirstCredentials } from './settings';
import { timeOf } from './wire';

/** AssessFirst's webhooks: signed, and thin. They say that something happened, the results say what came of it. */

export const verify = (raw: RawCallback, { webhookSecret }: AssessFirstCredentials): void =>
  verifyTimedSignature(raw, {
    header: 'AF-Signature',
    secret: webhookSecret,
    secretName: 'webhookSecret',
  });

const message = z.looseObject({
  id: z.string().min(1).nullish(),
  event: z.string().min(1),
  created_at: z.string().nullish(),
  data: z.looseObject({
    candidate_uuid: z.string().min(1),
    invitation_uuid: z.string().min(1),
    assessment: z.string().nullish(),
  }),
});
type Message = z.output<typeof message>;

/** What AssessFirst cannot say for certain, and whatever it may say one day, makes the hub ask. */
export function parse(raw: RawCallback): CallbackNews[] {
  const told = readMessage(raw.body);
  const vendorRef = vendorRefOf(told.data);
  const at = timeOf(told.created_at);
  const when = at === null ? {} : { at };
  const news = (event: CallbackNews['event'], suffix = ''): CallbackNews => ({
    vendorRef,
    eventKey: told.id ? `${told.id}${suffix}` : null,
    event: { ...event, ...when },
  });
  const { assessment } = told.data;
  switch (told.event) {
    case 'invitation.sent':
      // An echo of our own request.
      return [];
    case 'invitation.accepted':
      return [news({ type: 'started' })];
    case 'questionnaire.completed':
      // Who has completed one has begun, even if nobody said so: it is the beginning that Lever shows.
      return [
        news({ type: 'started' }, '/started'),
        news(assessment ? { type: 'progress', step: stepOf(assessment) } : { type: 'changed' }),
      ];
    default:
      // `candidate.completed` too: a model may demand more than the candidate has completed.
      return [news({ type: 'changed' })];
  }
}

/** SHAPE is SWIPE's older name. */
const stepOf = (assessment: string): string => {
  const name = assessment.toLowerCase().slice(0, 40);
  return name === 'shape' ? 'swipe' : name;
};

function readMessage(body: Buffer): Message {
  let content: unknown;
  try {
    content = JSON.parse(body.toString('utf8'));
  } catch {
    throw malformed('its body is not JSON');
  }
  const parsed = message.safeParse(content);
  if (parsed.success) return parsed.data;
  throw malformed(`it cannot be read at ${parsed.error.issues[0]?.path.join('.') || 'its top'}`);
}

const malformed = (why: string): FulcrumError =>
  new FulcrumError('input.malformed', `The callback cannot be used: ${why}`);
