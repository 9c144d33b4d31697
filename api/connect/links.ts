import { randomUUID } from 'node:crypto';
import type { z } from 'zod';
import type { ConnectLink, ConnectLinks } from '../../db/repositories/connect-links';
import type { Connection } from '../../domain/connection';
import { FulcrumError } from '../../domain/errors';
import type { VendorId } from '../../domain/ids';
import type { KeyRing } from '../../platform/crypto/keyring';
import type { ConnectionService } from '../connections/service';
import { isoTime, isoTimeOrNull } from '../times';
import type { connectLinkAnswer, madeLinkAnswer } from './answer';
import type { NewConnectLink } from './input';
import type { LeverAppOf } from './lever-app';
import { randomSecret, referenceDigest, secretDigest } from './secrets';

export interface LinkMakerDeps {
  /** Without a slash at the end. */
  publicUrl: string;
  ring: KeyRing;
  links: Pick<ConnectLinks, 'insert'>;
  service: Pick<ConnectionService, 'check' | 'get'>;
  leverAppOf: LeverAppOf;
}

/** A link at the only moment at which its address is known. */
export interface MadeLink {
  link: ConnectLink;
  url: string;
  /** Where the reference code is asked for; null without one. */
  referenceUrl: string | null;
}

export interface LinkMaker {
  /** @throws FulcrumError `input.invalid`, `connection.misconfigured`, `conflict` (the reference code is taken) */
  make(input: NewConnectLink): Promise<MadeLink>;
  /** A link that gives an existing connection a new grant. @throws FulcrumError as `make`, and `connection.missing` */
  renew(connectionId: string): Promise<MadeLink>;
}

const lifeMs = 7 * 86_400_000;

/** Makes the links that customers connect by. Whatever can be wrong is found here, and not while the customer waits. */
export function createLinkMaker({ publicUrl, ring, links, service, leverAppOf }: LinkMakerDeps): LinkMaker {
  const insert = async (
    about: { vendor: VendorId; customer: string; environment: Connection['environment'] },
    more: Pick<NewConnectLink, 'credentials' | 'settings' | 'referenceCode'> & {
      connectionId: string | null;
    },
  ): Promise<MadeLink> => {
    leverAppOf(about);
    const token = randomSecret();
    const now = Date.now();
    const link = {
      id: `lnk_${randomUUID().replaceAll('-', '')}`,
      vendor: about.vendor,
      customer: about.customer,
      environment: about.environment,
      connectionId: more.connectionId,
      createdAt: now,
      expiresAt: now + lifeMs,
    };
    const code = more.referenceCode;
    await links.insert({
      link,
      tokenDigest: secretDigest(token),
      referenceDigest: code === undefined ? null : referenceDigest(ring, code),
      given: { credentials: more.credentials, settings: more.settings },
    });
    return {
      link: { ...link, hasReferenceCode: code !== undefined, usedAt: null },
      url: `${publicUrl}/connect/link/${token}`,
      referenceUrl: code === undefined ? null : `${publicUrl}/connect/${link.vendor}`,
    };
  };

  return {
    async make(input) {
      service.check(input);
      return insert(input, { ...input, connectionId: null });
    },
    async renew(connectionId) {
      const connection = await service.get(connectionId);
      return insert(connection, { credentials: {}, settings: {}, referenceCode: undefined, connectionId });
    },
  };
}

/** What a link can still do. */
export function stateOf(link: ConnectLink, now: number): z.output<typeof connectLinkAnswer>['state'] {
  if (link.usedAt !== null) return 'used';
  return link.expiresAt <= now ? 'expired' : 'open';
}

/** A link as programs see it: never its address, which is known only when it is made. */
export const presentLink = (link: ConnectLink): z.output<typeof connectLinkAnswer> => ({
  id: link.id,
  vendor: link.vendor,
  customer: link.customer,
  environment: link.environment,
  connectionId: link.connectionId,
  state: stateOf(link, Date.now()),
  hasReferenceCode: link.hasReferenceCode,
  createdAt: isoTime(link.createdAt),
  expiresAt: isoTime(link.expiresAt),
  usedAt: isoTimeOrNull(link.usedAt),
});

export const presentMade = ({ link, url, referenceUrl }: MadeLink): z.output<typeof madeLinkAnswer> => ({
  ...presentLink(link),
  url,
  referenceUrl,
});

export const noSuchLink = (id: string): FulcrumError =>
  new FulcrumError('not_found', `There is no connect link "${id}".`);
