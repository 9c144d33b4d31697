import { type ErrorRequestHandler, type Request, type RequestHandler, type Response, Router } from 'express';
import type { Connection } from '../../domain/connection';
import { FulcrumError } from '../../domain/errors';
import type { LeverDelivery } from '../../lever/webhook-schema';
import { verifyLeverWebhook } from '../../lever/webhook-signature';
import type { Arrival } from '../ingress/arrival';
import type { Heard } from '../ingress/heard';
import { type Intake, newDeliveryId } from '../ingress/intake';
import { isNews, readDelivery } from '../ingress/lever-message';
import { leverNews } from '../ingress/news';
import { methodNotAllowed, toFulcrumError, unreadableConnection } from '../middleware/problem';
import { addressKey } from '../middleware/rate-limit';
import { bytesOf, rawBody } from '../middleware/raw-body';
import { requestIdOf } from '../middleware/request-id';

/** Lever's own deliveries are below 2 KiB; this leaves room for fields to come. */
const bodyLimit = 256 * 1024;
/** Under which refused messages to unknown addresses are recorded. */
const unknownConnection = 'unknown';

export interface LeverWebhookDeps {
  intake: Intake;
  heard: Heard;
  isWarm: () => boolean;
  connectionByKey: (key: string) => Connection | null;
  /** Whether a connection is called so that cannot be read at present. */
  isUnreadable: (key: string) => boolean;
  /** Reads the connections anew, unless that was done a moment ago. Never fails. */
  lookAgain: () => Promise<void>;
  signatureTokensOf: (connectionId: string) => string[];
}

/** `POST /webhooks/lever/:connectionKey` (decisions 0002 to 0004). */
export function leverWebhooks(deps: LeverWebhookDeps): Router {
  const router = Router();
  const path = '/webhooks/lever/:connectionKey';
  router.post(path, findConnection(deps), rawBody(bodyLimit), acceptJson, take(deps), recordRefusal(deps));
  router.all(path, methodNotAllowed('POST'));
  return router;
}

/** Before a byte of the body is read. */
const findConnection =
  (deps: LeverWebhookDeps): RequestHandler =>
  async (req, res, next) => {
    if (!deps.isWarm()) {
      throw new FulcrumError(
        'store.unavailable',
        'The hub has just started and cannot check this call yet. Send it again.',
      );
    }
    const key = String(req.params['connectionKey']);
    let connection = deps.connectionByKey(key);
    if (!connection) {
      // It may have been made in another process since: a webhook that is refused is lost.
      await deps.lookAgain();
      connection = deps.connectionByKey(key);
    }
    if (!connection && deps.isUnreadable(key)) throw unreadableConnection();
    if (!connection) throw unknownAddress();
    res.locals['connection'] = connection;
    next();
  };

const unknownAddress = (): FulcrumError =>
  new FulcrumError(
    'connection.missing',
    'No connection listens at this address. Remove this webhook in Lever, or copy the address from the connection again.',
  );

const acceptJson: RequestHandler = (req, _res, next) => {
  // An empty body has no type; that it is empty is the better thing to say.
  if (bytesOf(req).length > 0 && !req.is('application/json')) {
    throw new FulcrumError('input.wrong_type', 'Send JSON with "Content-Type: application/json".');
  }
  next();
};

const take =
  (deps: LeverWebhookDeps): RequestHandler =>
  async (req, res) => {
    const connection = connectionOf(res) as Connection;
    const body = bytesOf(req);
    const delivery = readDelivery(body);
    // The same answer as for an address that never was: Lever stops on either, and a stranger learns nothing.
    // Its signing tokens are forgotten.
    if (connection.status === 'disabled') throw unknownAddress();
    // It is not read again in order to be refused.
    res.locals['delivery'] = delivery satisfies LeverDelivery;
    const receivedAt = Date.now();
    verifyLeverWebhook(delivery, deps.signatureTokensOf(connection.id), receivedAt);

    const { arrival, news } = leverNews(arrivalOf(req, connection.id, receivedAt), delivery);
    const verdict = await deps.intake.take(arrival, news);
    deps.heard(connection, receivedAt, news.said.kind === 'ping' ? 'ping' : 'event');
    res.status(200).json({ verdict, deliveryId: arrival.id });
  };

const recordRefusal =
  (deps: LeverWebhookDeps): ErrorRequestHandler =>
  async (error, req, res, next) => {
    const problem = toFulcrumError(error, requestIdOf(res));
    if (problem.status < 500) {
      const connectionId = connectionOf(res)?.id ?? unknownConnection;
      const repeatKey = tokenOf(res);
      await deps.intake.refuse(arrivalOf(req, connectionId, Date.now()), problem, {
        address: addressKey(req),
        isLikeSenders: () => repeatKey !== null,
        repeatKey,
      });
    }
    next(error);
  };

/** Of a message in Lever's form, to a connection that may have its signing token corrected. */
const tokenOf = (res: Response): string | null => {
  const delivery = res.locals['delivery'] as LeverDelivery | undefined;
  return delivery !== undefined && isNews(delivery) ? delivery.token : null;
};

const connectionOf = (res: Response): Connection | undefined =>
  res.locals['connection'] as Connection | undefined;

/** What is known of a message before it is believed. */
function arrivalOf(req: Request, connectionId: string, receivedAt: number): Arrival {
  const id = newDeliveryId();
  const contentType = req.get('content-type');
  return {
    id,
    source: 'lever',
    connectionId,
    eventKey: id,
    event: 'unread',
    receivedAt,
    opportunityId: null,
    workflowId: null,
    reference: null,
    request: {
      method: req.method,
      pathRest: '',
      query: {},
      headers: contentType === undefined ? {} : { 'content-type': contentType },
    },
    body: bytesOf(req),
  };
}
