import { z } from 'zod';
import type { CallbackNews, RawCallback } from '../define';
import { readMessage } from '../reading';
import { verifyTimedSignature } from '../timed-signature';
import { vendorRefOf } from './requests';
import type { AssessFirstCredentials } from './settings';
import { questionnaireOf, timeOf } from './wire';

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

/** What AssessFirst cannot say for certain, and whatever it may say one day, makes the hub ask. */
export function parse(raw: RawCallback): CallbackNews[] {
  const told = readMessage(raw, message);
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
        news(
          assessment
            ? { type: 'progress', step: questionnaireOf(assessment).slice(0, 40) }
            : { type: 'changed' },
        ),
      ];
    default:
      // `candidate.completed` too: a model may demand more than the candidate has completed.
      return [news({ type: 'changed' })];
  }
}
