import type { ErrorRequestHandler, Request, RequestHandler, Response } from 'express';
import helmet from 'helmet';
import { FulcrumError } from '../../domain/errors';
import type { Logger } from '../../platform/log';
import { forbidden } from '../middleware/browser-headers';
import { toFulcrumError } from '../middleware/problem';
import { requestIdOf } from '../middleware/request-id';
import { messagePage } from './pages/message-page';
import { stateLifeMs } from './secrets';

/** What pages need of HTTP: headers, the cookie, limits, and faults as pages. */

/**
 * Headers of every page. Addresses here hold secrets, so no address is told to other sites; to the hub itself they are,
 * because browsers that tell nobody leave out the origin of forms as well.
 * Browsers apply `form-action` to every redirect that follows a form, and Lever sends people on to whatever signs them
 * in: hence any https address, and the configured one.
 */
export const pageHeaders = (authOrigins: readonly string[]): RequestHandler =>
  helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        ...forbidden,
        styleSrc: ["'self'"],
        formAction: ["'self'", 'https:', ...authOrigins],
      },
    },
    referrerPolicy: { policy: 'same-origin' },
    xFrameOptions: { action: 'deny' },
  });

/** One cookie a link, so that two links can be on their way in one browser. */
const cookieName = (linkId: string): string => `fulcrum_${linkId}`;
/** Browsers take it for this very host over https alone: no neighbour under the same domain can put another in its place. */
const hostCookieName = (linkId: string): string => `__Host-${cookieName(linkId)}`;

export interface CookiePlace {
  base: string;
  secure: boolean;
}

/** Lax: it has to come along when Lever sends the browser back, and with no other request from outside. */
export function setNonce(res: Response, { base, secure }: CookiePlace, linkId: string, nonce: string): void {
  const attributes = { httpOnly: true, sameSite: 'lax', secure, maxAge: stateLifeMs } as const;
  // Only with this path do browsers take the prefix.
  if (secure) res.cookie(hostCookieName(linkId), nonce, { ...attributes, path: '/' });
  else res.cookie(cookieName(linkId), nonce, { ...attributes, path: `${base}/connect` });
}

/** Without the prefix it is that of a hub without https, or of a process of the release before. */
export function nonceOf(req: Request, linkId: string): string | null {
  const parts = (req.headers.cookie ?? '').split(';').map((part) => part.trim());
  const valueOf = (name: string): string | undefined =>
    parts.find((part) => part.startsWith(`${name}=`))?.slice(name.length + 1);
  return valueOf(hostCookieName(linkId)) ?? valueOf(cookieName(linkId)) ?? null;
}

/**
 * Another site must not press our buttons. Browsers that do not say by `Sec-Fetch-Site` where a form was sent from (old
 * ones, and all of them to addresses without https) say so by `Origin`; whoever says neither is no browser.
 */
export const ownFormsOnly =
  (origin: string): RequestHandler =>
  (req, _res, next) => {
    const site = req.get('sec-fetch-site');
    const own = site === undefined ? req.get('origin') === origin : site === 'same-origin' || site === 'none';
    if (own) return next();
    throw new FulcrumError('auth.forbidden', 'Open the link you were sent and press the button there.');
  };

const titles: Partial<Record<number, string>> = {
  404: 'There is nothing at this address',
  429: 'Too many tries',
  500: 'Something went wrong on our side',
  503: 'Not available at the moment',
};

/** Faults as pages; what nobody foresaw is told in the log alone. */
export const faultPages =
  (log: Logger, base: string): ErrorRequestHandler =>
  (error, _req, res, next) => {
    if (res.headersSent) return next(error);
    const problem = toFulcrumError(error, requestIdOf(res));
    if (problem.code === 'internal') {
      log.error({ requestId: requestIdOf(res), err: problem.cause ?? error }, 'a connect page failed');
    }
    const wait =
      problem.status === 503 ? ['Wait a minute and try again: the link you were sent still works.'] : [];
    const title = titles[problem.status] ?? 'This did not work';
    res.status(problem.status).send(messagePage({ base, title, paragraphs: [problem.message, ...wait] }));
  };
