import { z } from 'zod';
import type { CallbackMessage, CallbackNews, RawCallback } from '../define';
import { reference, within, words } from '../lenient';
import { readMessage } from '../reading';
import { signedWith } from '../timed-signature';
import { vendorRefOf } from './requests';
import { mention, questionnaireOf, timeOf } from './wire';

/** AssessFirst's webhooks: signed, and thin. They say that something happened, the results say what came of it. */

export const verify = signedWith('webhookSecret', 'AF-Signature');

const about = mention.extend({ assessment: words });
const message = z.object({ id: reference, event: words, created_at: words, data: within(about) });

export const parse = (raw: RawCallback): CallbackMessage => ({ news: newsOf(readMessage(raw, message)) });

/** What AssessFirst cannot say for certain, and whatever it may say one day, makes the hub ask. */
function newsOf(told: z.output<typeof message>): CallbackNews[] {
  const data = told.data ?? about.parse({});
  const vendorRef = vendorRefOf(data);
  const at = timeOf(told.created_at);
  const when = at === null ? {} : { at };
  const news = (event: CallbackNews['event'], suffix = ''): CallbackNews => ({
    vendorRef,
    eventKey: told.id ? `${told.id}${suffix}` : null,
    event: { ...event, ...when },
  });
  const { assessment } = data;
  switch (told.event?.toLowerCase()) {
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
    case 'candidate.completed':
      // A model may demand more than the candidate has completed: what it says is only presumed.
      return [news({ type: 'changed', presumed: { type: 'completed', told: {} } })];
    default:
      return [news({ type: 'changed' })];
  }
}
