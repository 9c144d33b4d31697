import { connectionReasonText, reasonOf } from '../../../domain/connection-reasons';
import { connectionNotActive, deliveryReason, reasonText } from '../../../domain/delivery-reasons';
import { endedFor, endReasonText } from '../../../domain/end-reasons';
import { overtaken } from '../../../domain/event-position';
import { lackOf } from '../../../domain/impairment';

/** What people read of a code and its detail. */

test.each([
  [deliveryReason('unprocessable', 'temporal.refused'), 'it could not be processed: temporal.refused'],
  [connectionNotActive({ status: 'paused' }), 'the connection is paused'],
  [connectionNotActive({ status: 'impaired' }), 'the connection is impaired'],
  [deliveryReason('taken_with_another', 'dlv_1'), 'the same event was taken with delivery dlv_1'],
  [deliveryReason('too_many'), 'more than 50 came at once: release or discard them'],
])('a delivery: %j', (reason, words) => expect(reasonText(reason)).toBe(words));

test.each([
  [endedFor('hired'), 'the candidate was hired'],
  [endedFor('no_email'), 'the candidate has no e-mail address'],
  [endedFor('no_result', 'SMG answered 404'), 'The result could not be fetched: SMG answered 404'],
  [endedFor('called_off', 'filled'), 'filled'],
])('a run: %j', (reason, words) => expect(endReasonText(reason)).toBe(words));

test.each([
  [reasonOf('paused_by_operator'), 'paused by an operator'],
  [reasonOf('to_be_corrected', 'the stage is gone'), 'the stage is gone'],
])('a connection: %j', (reason, words) => expect(connectionReasonText(reason)).toBe(words));

test('news that came too late', () => {
  expect(overtaken({ attempt: 1, sequence: 2 }, { attempt: 1, sequence: 3 })).toBe(
    'attempt 1, number 2 is older than what is known (attempt 1, number 3)',
  );
});

const runs = ['run-1', 'run-2', 'run-3'];
test.each([
  [{ 'vendor.unauthorized': runs }, 'SMG does not take the credentials of its connection'],
  [{ 'lever.forbidden stages': runs }, 'Lever refuses its connection what it needs'],
  [
    { 'connection.misconfigured app': runs, 'lever.forbidden stages': runs },
    'its connection has to be corrected',
  ],
  [{ 'lever.forbidden stages': ['run-1'] }, 'its connection has to be corrected'],
  [{}, 'its connection has to be corrected'],
])('what runs wait for: %j', (refusals, words) => expect(lackOf(refusals, 'SMG')).toBe(words));
