import { type LeverEventName, leverEvents } from '../../domain/connection';
import { FulcrumError } from '../../domain/errors';
import { isPing, type LeverDelivery, leverDelivery } from '../../lever/webhook-schema';
import { fieldErrors, InputError } from '../middleware/problem';
import type { FieldError } from '../middleware/problem-document';

/** What a delivery asks about; nothing of it but the ids is believed (decision 0004). */
export type LeverSaid =
  | { kind: 'ping' }
  /** An event that the hub registers no webhook for. */
  | { kind: 'foreign' }
  | { kind: 'stageChange'; opportunityId: string; toStageId: string }
  /** Archived, hired or deleted: the run looks which. */
  | { kind: 'change'; opportunityId: string };

/** @throws FulcrumError `input.malformed`, naming what is missing */
export function readDelivery(body: Buffer): LeverDelivery {
  if (body.length === 0) throw new FulcrumError('input.malformed', "The body is empty: send Lever's JSON.");
  let json: unknown;
  try {
    json = JSON.parse(body.toString('utf8'));
  } catch {
    throw new FulcrumError('input.malformed', 'The body is not valid JSON.');
  }
  const parsed = leverDelivery.safeParse(json);
  if (!parsed.success) throw malformed(fieldErrors(parsed.error, 'body'));
  return parsed.data;
}

/** Whether a delivery says what Lever's do, whoever has sent it. */
export function isNews(delivery: LeverDelivery): boolean {
  try {
    readNews(delivery);
    return true;
  } catch {
    return false;
  }
}

/** @throws FulcrumError `input.malformed`, naming what is missing */
export function readNews(delivery: LeverDelivery): LeverSaid {
  if (isPing(delivery)) return { kind: 'ping' };
  if (!leverEvents.includes(delivery.event as LeverEventName)) return { kind: 'foreign' };
  const { opportunityId } = delivery.data;
  if (!opportunityId) throw malformed([{ path: 'body.data.opportunityId', message: 'is missing' }]);
  if (delivery.event !== 'candidateStageChange') return { kind: 'change', opportunityId };
  const { toStageId } = delivery.data;
  if (!toStageId) throw malformed([{ path: 'body.data.toStageId', message: 'is missing' }]);
  return { kind: 'stageChange', opportunityId, toStageId };
}

const malformed = (faults: FieldError[]): InputError =>
  new InputError(
    'input.malformed',
    `This is not a delivery of Lever's: ${faults.map((fieldError) => `${fieldError.path}: ${fieldError.message}`).join('; ')}`,
    faults,
  );
