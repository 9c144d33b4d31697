import { type ErrorRequestHandler, type Request, type RequestHandler, type Response, Router } from 'express';
import type { Connection } from '../../domain/connection';
import { FulcrumError } from '../../domain/errors';
import type { Screening } from '../../domain/screening';
import {
  type AccountCallbackKey,
  openCallbackKey,
  type RunCallbackKey,
} from '../../platform/crypto/callback-key';
import type { KeyRing } from '../../platform/crypto/keyring';
import type { AnyVendor, RawCallback } from '../../vendors/define';
import { type Arrival, callbackOf } from '../ingress/arrival';
import { type Intake, newDeliveryId } from '../ingress/intake';
import { newsKey } from '../ingress/news';
import { methodNotAllowed, toFulcrumError, unreadableConnection } from '../middleware/problem';
import { addressKey } from '../middleware/rate-limit';
import { bytesOf, rawBody } from '../middleware/raw-body';
import { requestIdOf } from '../middleware/request-id';

/** Reports travel as links, never inside a callback. */
export const bodyLimit = 1024 * 1024;
/** They open doors or change with every hop; nothing in them helps to read the message again. */
const forgottenHeaders = new Set(['authorization', 'cookie', 'proxy-authorization', 'host', 'connection']);

export interface CallbackDeps {
  intake: Intake;
  /** Has made the addresses. */
  addressRing: KeyRing;
  isWarm: () => boolean;
  connectionById: (id: string) => Connection | null;
  /** Whether this is a connection that cannot be read at present. */
  isUnreadable: (id: string) => boolean;
  credentialsOf: (connectionId: string) => unknown;
  vendor: (id: Connection['vendor']) => AnyVendor;
}

export interface Addressee {
  key: RunCallbackKey | AccountCallbackKey;
  connection: Connection;
  vendor: AnyVendor;
}

/** `/callbacks/:vendor/:key`, with whatever the vendor appends to the address (decision 0028). */
export function vendorCallbacks(deps: CallbackDeps): Router {
  const router = Router();
  const handlers = [findAddressee(deps), rawBody(bodyLimit), take(deps), recordRefusal(deps)];
  const notTaken = methodNotAllowed('GET', 'POST', 'PUT', 'PATCH');
  for (const path of ['/callbacks/:vendor/:key', '/callbacks/:vendor/:key/*rest']) {
    // Express would answer HEAD as GET; a link checker must not pass for the vendor.
    router.head(path, notTaken);
    router.get(path, handlers);
    router.post(path, handlers);
    router.put(path, handlers);
    router.patch(path, handlers);
    router.all(path, notTaken);
  }
  return router;
}

/** An account's address is taken until it was renewed, and for a time after that; a run's as long as anybody calls it. */
const isTaken = (key: RunCallbackKey | AccountCallbackKey, connection: Connection): boolean =>
  key.kind === 'run' ||
  key.generation === connection.addressGeneration ||
  connection.formerAddresses.some(
    ({ generation, until }) => generation === key.generation && until > Date.now(),
  );

/** Whose address it is; nothing is answered at one that the hub did not make. */
export const findAddressee =
  (deps: CallbackDeps): RequestHandler =>
  (req, res, next) => {
    if (!deps.isWarm()) {
      throw new FulcrumError(
        'store.unavailable',
        'The hub has just started and cannot check this call yet. Send it again.',
      );
    }
    const key = openCallbackKey(deps.addressRing, String(req.params['key']));
    if (key && deps.isUnreadable(key.connectionId)) throw unreadableConnection();
    const connection = key && deps.connectionById(key.connectionId);
    const isRight = connection?.vendor === req.params['vendor'];
    if (!key || !connection || !isRight || !isTaken(key, connection)) {
      throw new FulcrumError(
        'not_found',
        'There is nothing at this callback address. Use the address that came with the invitation, unchanged.',
      );
    }
    res.locals['addressee'] = { key, connection, vendor: deps.vendor(connection.vendor) } satisfies Addressee;
    next();
  };

const take =
  (deps: CallbackDeps): RequestHandler =>
  async (req, res) => {
    const { key, connection, vendor } = addresseeOf(res) as Addressee;
    const raw = arrivalOf(req, res, Date.now());
    const callback = withProof(raw, req);
    vendor.callback.verify(callback, vendor.credentials.parse(deps.credentialsOf(connection.id)));
    const addressed = key.kind === 'run' ? key.assessmentId : undefined;
    const { news, answer } = readOnce(
      res,
      () => vendor.callback.parse(callback, addressed),
      (message) => message.news.length > 0,
    );
    for (const { screening } of news) if (screening !== undefined) admit(connection, vendor, screening);
    // Nothing that concerns a run; kept all the same, with that as its verdict.
    const verdicts = news.length === 0 ? [await deps.intake.take(raw, { from: 'vendor', said: null })] : [];
    for (const [index, item] of news.entries()) {
      if (key.kind === 'account' && item.vendorRef === null) {
        throw new FulcrumError(
          'input.malformed',
          'The message does not say which candidate run it is about.',
        );
      }
      const arrival = {
        ...raw,
        id: index === 0 ? raw.id : newDeliveryId(),
        event: item.event.type,
        eventKey: newsKey(item, raw),
        reference: item.vendorRef,
      };
      verdicts.push(await deps.intake.take(arrival, { from: 'vendor', said: item }));
    }
    const isRepeat = verdicts.every((verdict) => verdict === 'duplicate');
    res.status(isRepeat ? (vendor.acknowledgeRepeat ?? vendor.acknowledge) : vendor.acknowledge);
    if (answer === undefined) res.end();
    else res.json(answer);
  };

/** Reads a message, and remembers whether it says anything in the vendor's own form, in case that it is refused. */
export function readOnce<Message>(
  res: Response,
  read: () => Message,
  saysSomething: (message: Message) => boolean,
): Message {
  try {
    const message = read();
    res.locals['saysSomething'] = saysSomething(message);
    return message;
  } catch (error) {
    // It was read, and is about another run than the one whose address was called.
    res.locals['saysSomething'] = error instanceof FulcrumError && error.code === 'input.invalid';
    throw error;
  }
}

/**
 * Whoever sends what nobody has a place for is told so at once.
 * @throws FulcrumError `input.invalid`, naming what the settings lack
 */
function admit(connection: Connection, vendor: AnyVendor, screening: Screening): void {
  const settings = vendor.settings.safeParse(connection.settings);
  if (settings.success) vendor.startsRuns?.place(screening, settings.data);
}

export const recordRefusal =
  (deps: CallbackDeps): ErrorRequestHandler =>
  async (error, req, res, next) => {
    const problem = toFulcrumError(error, requestIdOf(res));
    const addressee = addresseeOf(res);
    if (problem.status < 500 && addressee) {
      const arrival = arrivalOf(req, res, Date.now());
      await deps.intake.refuse(arrival, problem, {
        address: addressKey(req),
        isLikeSenders: () =>
          (res.locals['saysSomething'] as boolean | undefined) ?? isReadable(addressee.vendor, arrival),
        // A vendor's proof is not kept: it has to call again.
        repeatKey: null,
      });
    }
    next(error);
  };

/** Whether what was refused unread says something in the vendor's own form. */
function isReadable({ callback }: AnyVendor, arrival: Arrival): boolean {
  try {
    return callback.parse(callbackOf(arrival)).news.length > 0;
  } catch {
    return false;
  }
}

export const addresseeOf = (res: Response): Addressee | undefined =>
  res.locals['addressee'] as Addressee | undefined;

/** The message with the header that proves the sender, which is needed here and nowhere later. */
export const withProof = (arrival: Arrival, req: Request): RawCallback => ({
  ...callbackOf(arrival),
  headers: allHeaders(req),
});

/** What is known of a message before it is believed. */
export function arrivalOf(req: Request, res: Response, receivedAt: number): Arrival {
  const { key, connection } = addresseeOf(res) as Addressee;
  const id = newDeliveryId();
  const rest: unknown = req.params['rest'];
  const kept = Object.entries(allHeaders(req)).filter(([name]) => !forgottenHeaders.has(name));
  return {
    id,
    source: connection.vendor,
    connectionId: connection.id,
    eventKey: id,
    event: 'unread',
    receivedAt,
    opportunityId: null,
    workflowId: key.kind === 'run' ? key.workflowId : null,
    reference: null,
    request: {
      method: req.method,
      pathRest: Array.isArray(rest) ? rest.join('/') : '',
      query: Object.fromEntries(Object.entries(req.query).filter(isText)),
      headers: Object.fromEntries(kept),
    },
    body: bytesOf(req),
  };
}

const isText = (entry: [string, unknown]): entry is [string, string] => typeof entry[1] === 'string';

const allHeaders = (req: Request): Record<string, string> =>
  Object.fromEntries(Object.entries(req.headers).filter(isText));
