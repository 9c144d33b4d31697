import { AsyncLocalStorage } from 'node:async_hooks';
import { isIP } from 'node:net';
import type { Request, RequestHandler } from 'express';
import type { Logger } from '../../platform/log';
import type { AuditWriter } from '../audit';

/** Where a request comes from, as far as TRUST_PROXY lets it be known. */
export function clientAddress(req: Request): string {
  const named = plainAddress(req.ip ?? '');
  return isIP(named) === 0 ? (req.socket.remoteAddress ?? 'unknown') : named;
}

/** Some proxies name the port as well, which is another one for every connection: `203.0.113.9:51034`, `[2001:db8::1]:443`. */
const plainAddress = (named: string): string =>
  /^\[([^\]]{1,60})\](?::\d{1,5})?$/.exec(named)?.[1] ?? /^([\d.]{7,15}):\d{1,5}$/.exec(named)?.[1] ?? named;

const remembered = new AsyncLocalStorage<string>();

/** For everything that a request causes, so that the audit can say where it came from. */
export const rememberClient: RequestHandler = (req, _res, next) => {
  remembered.run(clientAddress(req), next);
};

/** The audit with the address of whoever asked: sealed with the rest of the detail, and gone with the line. */
export const withClient =
  (audit: AuditWriter): AuditWriter =>
  (entry) => {
    const client = remembered.getStore();
    return audit(client === undefined ? entry : { ...entry, detail: { ...entry.detail, client } });
  };

/** Says once that a proxy stands in front which nobody told the hub of. */
export function warnOfUnknownProxy(log: Logger, trusts: boolean): RequestHandler {
  let said = trusts;
  return (req, _res, next) => {
    if (!said && req.headers['x-forwarded-for'] !== undefined) {
      said = true;
      log.warn(
        'a request names its client in X-Forwarded-For, which is not believed: if a proxy of yours stands in front of the hub, set TRUST_PROXY, or all its clients share one limit',
      );
    }
    next();
  };
}
