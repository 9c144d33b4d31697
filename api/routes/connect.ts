import express, { type Request, type Response, Router } from 'express';
import type { z } from 'zod';
import type { ConnectLink, ConnectLinks } from '../../db/repositories/connect-links';
import { FulcrumError } from '../../domain/errors';
import type { VendorId } from '../../domain/ids';
import type { KeyRing } from '../../platform/crypto/keyring';
import type { Logger } from '../../platform/log';
import type { AnyVendor } from '../../vendors/define';
import { faultPages, nonceOf, ownFormsOnly, pageHeaders, setNonce } from '../connect/browser';
import type { Consents } from '../connect/consent';
import { callbackQuery, continueForm, linkAddress, referenceAddress, typedReference } from '../connect/input';
import { stateOf } from '../connect/links';
import { expiredPage, tell, unknownPage, usedPage } from '../connect/outcomes';
import { linkPage } from '../connect/pages/link-page';
import { messagePage } from '../connect/pages/message-page';
import { referencePage } from '../connect/pages/reference-page';
import { openTicket, referenceDigests, sealTicket, secretDigest } from '../connect/secrets';
import { connectStyle } from '../connect/style';
import { notFound } from '../middleware/problem';
import { addressLimit, wrongCodeStatus, wrongTriesLimit } from '../middleware/rate-limit';

export interface ConnectPagesDeps {
  /** Without a slash at the end. */
  publicUrl: string;
  ring: KeyRing;
  links: Pick<ConnectLinks, 'get' | 'byToken' | 'byReference'>;
  consents: Consents;
  vendor: (id: string) => AnyVendor;
  /** Where consent pages are, for the headers. */
  authOrigins: string[];
  /** Of one address. */
  requestsPerMinute: number;
  /** Wrong reference codes that one address may try in a quarter of an hour. */
  wrongTries: number;
  log: Logger;
}

const formLimit = '8kb';

/** `/connect/…`: the pages by which a customer connects (decision 0040). */
export function connectPages(deps: ConnectPagesDeps): Router {
  const { ring, links, consents, vendor } = deps;
  const { origin, pathname, protocol } = new URL(deps.publicUrl);
  const base = pathname.replace(/\/$/, '');
  const cookie = { base, secure: protocol === 'https:' };
  const ticketOf = (linkId: string): string => sealTicket(ring, linkId);
  const labelOf = (link: ConnectLink): string => vendor(link.vendor).label;

  const router = Router();
  router.use(pageHeaders(deps.authOrigins), addressLimit(deps.requestsPerMinute));
  const ownForms = ownFormsOnly(origin);
  const form = express.urlencoded({ extended: false, limit: formLimit });

  const sendLinkPage = (res: Response, link: ConnectLink): void => {
    const { label, help } = vendor(link.vendor);
    const { customer, environment, expiresAt } = link;
    res.send(
      linkPage({
        base,
        ticket: ticketOf(link.id),
        vendorLabel: label,
        help,
        customer,
        environment,
        renews: link.connectionId !== null,
        permissions: consents.permissionsOf(link),
        expiresAt,
      }),
    );
  };

  /** Answers for a link that cannot be used, or gives one that can. */
  const openOrTold = (res: Response, link: ConnectLink | null): ConnectLink | null => {
    const say = (status: number, page: { title: string; paragraphs: string[] }): null => {
      res.status(status).send(messagePage({ base, ...page }));
      return null;
    };
    if (link === null) return say(404, unknownPage);
    const state = stateOf(link, Date.now());
    if (state === 'used') return say(410, usedPage(link.customer, labelOf(link)));
    return state === 'expired' ? say(410, expiredPage) : link;
  };

  router.get('/style.css', (_req, res) => {
    res.setHeader('Cache-Control', 'public, max-age=300');
    res.type('css').send(connectStyle);
  });

  router.get('/link/:token', async (req, res) => {
    const { token } = read(linkAddress, req.params);
    const link = openOrTold(res, await links.byToken(secretDigest(token)));
    if (link) sendLinkPage(res, link);
  });

  router.post('/continue', ownForms, form, async (req, res) => {
    const { ticket } = read(continueForm, req.body);
    const linkId = openTicket(ring, ticket);
    const link = openOrTold(res, linkId === null ? null : await links.get(linkId));
    if (!link) return;
    const { url, nonce } = consents.depart(link);
    setNonce(res, cookie, link.id, nonce);
    res.redirect(303, url);
  });

  router.get('/callback', async (req, res) => {
    const query = read(callbackQuery, req.query);
    const outcome = await consents.arrive(query, (linkId) => nonceOf(req, linkId));
    const { status, html } = tell(outcome, { base, vendor, ticketOf });
    res.status(status).send(html);
  });

  const vendorOf = (req: Request): { id: VendorId; label: string } => {
    const { vendor: id } = read(referenceAddress, req.params);
    return { id, label: vendor(id).label };
  };

  router.get('/:vendor', (req, res) => {
    const { id, label } = vendorOf(req);
    res.send(referencePage({ base, vendor: id, vendorLabel: label, refused: null }));
  });

  router.post('/:vendor', ownForms, wrongTriesLimit(deps.wrongTries), form, async (req, res) => {
    const { id, label } = vendorOf(req);
    const typed = typedReference.safeParse(req.body);
    const link = typed.success
      ? await links.byReference(id, referenceDigests(ring, typed.data.reference))
      : null;
    if (link !== null && stateOf(link, Date.now()) === 'open') return sendLinkPage(res, link);
    // One answer for a code that never was, was used, or has expired: guessing teaches nothing.
    const given = (req.body as Record<string, unknown> | undefined)?.['reference'];
    const refused = typeof given === 'string' ? given.slice(0, 20) : '';
    res.status(wrongCodeStatus).send(referencePage({ base, vendor: id, vendorLabel: label, refused }));
  });

  router.use(notFound);
  router.use(faultPages(deps.log, base));
  return router;
}

/** Input of a page. What does not fit is an address that nobody gave, so it is simply not there. */
function read<S extends z.ZodType>(schema: S, value: unknown): z.output<S> {
  const parsed = schema.safeParse(value ?? {});
  if (parsed.success) return parsed.data;
  throw new FulcrumError('not_found', 'Open the link you were sent, or ask whoever sent it for a new one.');
}
