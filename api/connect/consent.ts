import type { ConnectAnswers } from '../../db/repositories/connect-answers';
import type { ConnectLink, ConnectLinks, Redeemed } from '../../db/repositories/connect-links';
import type { Connection, LeverGrant } from '../../domain/connection';
import { FulcrumError } from '../../domain/errors';
import { authorizeUrl, type Consent, exchangeCode, InvalidGrant } from '../../lever/oauth';
import { type LeverPermission, leverPermissions, missingPermissions } from '../../lever/scopes';
import type { KeyRing } from '../../platform/crypto/keyring';
import type { HttpClient } from '../../platform/http/client';
import type { Logger } from '../../platform/log';
import type { AnyVendor } from '../../vendors/define';
import type { AuditWriter } from '../audit';
import { newDraft } from '../connections/draft';
import type { ConnectionService } from '../connections/service';
import type { CallbackQuery } from './input';
import type { LeverAppOf } from './lever-app';
import { stateOf } from './links';
import type { ConnectState } from './secrets';
import { isOfNonce, openState, randomSecret, sealState, secretDigest, stateLifeMs } from './secrets';

export interface ConsentDeps {
  publicUrl: string;
  ring: KeyRing;
  http: HttpClient;
  links: Pick<ConnectLinks, 'get' | 'given' | 'redeem'>;
  answers: ConnectAnswers;
  service: Pick<ConnectionService, 'get' | 'takeUp'>;
  leverAppOf: LeverAppOf;
  vendor: (id: string) => AnyVendor;
  audit: AuditWriter;
  log: Pick<Logger, 'warn'>;
}

/** What became of a customer's way to Lever and back. Only `connected` stored anything. */
export type Outcome =
  | { result: 'connected'; connection: Connection }
  /** Not a state of ours; an old one; one of another browser. */
  | { result: 'foreign' | 'late' | 'otherBrowser' }
  /** The link was deleted, or used up without a trace of what came of it. */
  | { result: 'gone' }
  | { result: 'expired'; link: ConnectLink }
  | {
      result:
        | 'denied'
        | 'codeRefused'
        | 'appRefused'
        | 'leverAway'
        | 'twin'
        | 'otherAccount'
        /** This answer of Lever's was taken before; the link has taken enough of them for now. */
        | 'again'
        | 'tooOften';
      link: ConnectLink;
    }
  | { result: 'missing'; link: ConnectLink; permissions: LeverPermission[] };

/** Where a browser is sent, and what its cookie has to hold when it comes back. */
export interface Departure {
  url: string;
  nonce: string;
}

export interface Consents {
  permissionsOf(link: ConnectLink): LeverPermission[];
  /** @throws FulcrumError `connection.misconfigured` when the vendor's app was taken out of the configuration */
  depart(link: ConnectLink): Departure;
  /** @param nonceOf what the browser's cookie for this link holds; null when it has none */
  arrive(query: CallbackQuery, nonceOf: (linkId: string) => string | null): Promise<Outcome>;
}

/** The customer's way by Lever's consent page (OAuth 2, authorization code; lever-api 2.1 and 2.2). */
export function createConsents(deps: ConsentDeps): Consents {
  const { ring, links, service, audit } = deps;
  const redirectUri = `${deps.publicUrl}/connect/callback`;

  const permissionsOf = (link: ConnectLink): LeverPermission[] =>
    leverPermissions(deps.vendor(link.vendor).lever);

  const refuse = async <O extends Outcome>(link: ConnectLink, outcome: O, more = {}): Promise<O> => {
    const detail = { vendor: link.vendor, reason: outcome.result, ...more };
    await audit({
      actor: `connect-link ${link.id}`,
      action: 'connect-link.refused',
      target: link.id,
      detail,
    });
    return outcome;
  };

  const exchange = async (
    link: ConnectLink,
    code: string,
  ): Promise<Consent | 'codeRefused' | 'appRefused' | 'leverAway'> => {
    const scopes = permissionsOf(link).map(({ scope }) => scope);
    try {
      const request = { code, redirectUri, scopes };
      return await exchangeCode(deps.http, deps.leverAppOf(link), request, Date.now());
    } catch (error) {
      if (error instanceof InvalidGrant) return 'codeRefused';
      if (!(error instanceof FulcrumError)) throw error;
      deps.log.warn({ linkId: link.id, err: error }, 'a consent could not be turned into a grant');
      const { status } = error.detail;
      const isOurs =
        error.code === 'connection.misconfigured' || (typeof status === 'number' && status < 500);
      return isOurs && error.code !== 'lever.rate_limited' ? 'appRefused' : 'leverAway';
    }
  };

  /** A repeated or parallel callback tells what came of the first. */
  const cameOf = async (link: ConnectLink): Promise<Outcome> =>
    link.connectionId === null
      ? { result: 'gone' }
      : { result: 'connected', connection: await service.get(link.connectionId) };

  const redeem = async (
    link: ConnectLink,
    grant: LeverGrant,
    leverAccountId: string | null,
  ): Promise<Outcome> => {
    const given = await links.given(link.id);
    if (given === null) return { result: 'gone' };
    const made =
      link.connectionId === null
        ? {
            connection: newDraft({ ...link, settings: given.settings }),
            secrets: { credentials: given.credentials, signatureTokens: [] },
          }
        : null;
    const redeemed: Redeemed = await links.redeem(link.id, { made, grant, leverAccountId });
    switch (redeemed) {
      case 'gone':
        return { result: 'gone' };
      case 'used': {
        const used = await links.get(link.id);
        return used === null ? { result: 'gone' } : cameOf(used);
      }
      case 'twin':
      case 'otherAccount':
        return refuse(link, { result: redeemed, link });
      case 'done': {
        const id = made?.connection.id ?? (link.connectionId as string);
        const connection = await service.takeUp(id);
        await audit({
          actor: `connect-link ${link.id}`,
          action: made === null ? 'connection.renewed' : 'connection.connected',
          target: id,
          detail: { vendor: link.vendor, environment: link.environment, status: connection.status },
        });
        return { result: 'connected', connection };
      }
    }
  };

  /** Answers that are being worked on: an impatient reload joins, because each counts once. */
  const working = new Map<string, Promise<Outcome>>();

  const trade = async (link: ConnectLink, code: string): Promise<Outcome> => {
    const consent = await exchange(link, code);
    if (consent === 'codeRefused') {
      // Perhaps because another process has just traded it in.
      const now = await links.get(link.id);
      if (now !== null && stateOf(now, Date.now()) === 'used') return cameOf(now);
    }
    if (typeof consent === 'string') return refuse(link, { result: consent, link });
    const permissions = missingPermissions(permissionsOf(link), consent.scopes);
    if (permissions.length > 0 || consent.grant === null) {
      const scopes = permissions.map(({ scope }) => scope).join(' ');
      return refuse(link, { result: 'missing', link, permissions }, { missing: scopes });
    }
    return redeem(link, consent.grant, consent.leverAccountId);
  };

  /** Whoever sends an answer again, or a great many of them, makes the hub ask nobody and write nothing. */
  const take = async (
    link: ConnectLink,
    { nonceDigest }: ConnectState,
    { code, error }: CallbackQuery,
  ): Promise<Outcome> => {
    const taken = await deps.answers.take(link.id, nonceDigest);
    if (taken === 'gone') return { result: 'gone' };
    if (taken !== 'taken') {
      // Perhaps it has come to something in another process since.
      const now = await links.get(link.id);
      const used = now !== null && stateOf(now, Date.now()) === 'used';
      return used ? cameOf(now) : { result: taken, link };
    }
    if (code === undefined)
      return refuse(link, { result: withoutCode(error), link }, { lever: wordOf(error) });
    return trade(link, code);
  };

  return {
    permissionsOf,

    depart(link) {
      const { authUrl, audience, clientId } = deps.leverAppOf(link);
      const nonce = randomSecret();
      const state = sealState(ring, { linkId: link.id, nonceDigest: secretDigest(nonce), at: Date.now() });
      const scopes = permissionsOf(link).map(({ scope }) => scope);
      return { url: authorizeUrl({ authUrl, clientId, redirectUri, state, audience, scopes }), nonce };
    },

    async arrive(query, nonceOf) {
      const state = openState(ring, query.state ?? '');
      if (state === null) return { result: 'foreign' };
      const nonce = nonceOf(state.linkId);
      if (nonce === null || !isOfNonce(state, nonce)) return { result: 'otherBrowser' };
      if (Date.now() - state.at > stateLifeMs) return { result: 'late' };
      const link = await links.get(state.linkId);
      if (link === null) return { result: 'gone' };
      // A link that ran out while the customer was at Lever still counts.
      const can = stateOf(link, state.at);
      if (can === 'used') return cameOf(link);
      if (can === 'expired') return { result: 'expired', link };

      const running = working.get(state.nonceDigest);
      if (running) return running;
      const outcome = take(link, state, query).finally(() => working.delete(state.nonceDigest));
      working.set(state.nonceDigest, outcome);
      return outcome;
    },
  };
}

/** What an answer without a code means (RFC 6749, 4.1.2.1). */
function withoutCode(error: string | undefined): 'denied' | 'leverAway' | 'codeRefused' {
  if (error === 'access_denied') return 'denied';
  return error === 'server_error' || error === 'temporarily_unavailable' ? 'leverAway' : 'codeRefused';
}

/** OAuth's own error codes are words; anything else is somebody's text. */
const wordOf = (error: string | undefined): string =>
  error !== undefined && /^[a-z_]{1,60}$/.test(error) ? error : 'none';
