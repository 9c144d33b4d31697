import { lookup as dnsLookup } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { types } from 'node:util';
import { addressSet, familyOf } from './cidr';

/**
 * Addresses that come from outside (report links, vendor roots) are requested only over https and only at public
 * addresses (decision 0023). The check is made on what the name resolves to at connect time, so a name that changes its
 * address between look and use gains nothing.
 */

/** IANA special-purpose registry (RFC 6890 and its updates), and what carries an IPv4 address inside. */
const special = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
  // Inside 2000::/3: Teredo, ORCHID, benchmarking …, documentation, 6to4.
  '2001::/23',
  '2001:db8::/32',
  '2002::/16',
  '3fff::/20',
];

const isSpecial = addressSet(special);
/** All public IPv6 lives here; everything else (loopback, mapped, NAT64, link and site local) is refused. */
const isGlobalV6 = addressSet(['2000::/3']);

/** Whether an address can only be somebody on the public internet. */
export function isPublicAddress(address: string): boolean {
  const family = familyOf(address);
  if (family === null || isSpecial(address)) return false;
  return family === 'ipv4' || isGlobalV6(address);
}

export interface Guard {
  /** Why this URL may not be requested, as far as the URL alone tells; null when the lookup decides. */
  refuse(url: URL): string | null;
  /** The lookup for connections with this scheme: hands out only addresses that may be reached. */
  lookupFor(scheme: 'http:' | 'https:'): LookupFunction;
}

export class GuardError extends Error {
  override readonly name = 'GuardError';
}

/** `allow`: CIDR networks that are opened, over plain http as well (demo and tests, by configuration alone). */
export function createGuard(allow: readonly string[]): Guard {
  const isAllowed = addressSet(allow);
  const mayReach = (address: string, scheme: string): boolean =>
    isAllowed(address) || (scheme === 'https:' && isPublicAddress(address));
  const refusal = (host: string, scheme: string): string =>
    scheme === 'https:'
      ? `${host} is not at a public address`
      : `${host} is asked for over plain http; only https is allowed`;

  return {
    refuse(url) {
      if (url.protocol !== 'https:' && url.protocol !== 'http:') return 'only https addresses are allowed';
      if (url.username !== '' || url.password !== '') return 'an address must not carry a password';
      if (url.protocol === 'http:' && allow.length === 0) return refusal(url.hostname, url.protocol);
      // A host that is an address is never looked up, so it is judged here.
      const literal = url.hostname.replace(/^\[|\]$/g, '');
      if (familyOf(literal) === null || mayReach(literal, url.protocol)) return null;
      return refusal(url.hostname, url.protocol);
    },
    lookupFor: (scheme) => (host, options, done) => {
      dnsLookup(host, { ...options, all: true }, (error, addresses) => {
        if (error) return done(error, []);
        // One forbidden address is enough: which of several is used would be the name server's choice.
        const forbidden = addresses.length === 0 || addresses.some((a) => !mayReach(a.address, scheme));
        if (forbidden) return done(new GuardError(refusal(host, scheme)), []);
        const first = addresses[0] as (typeof addresses)[number];
        return options.all === true ? done(null, addresses) : done(null, first.address, first.family);
      });
    },
  };
}

/** The guard's refusal inside an error of whoever connected; null when it refused nothing. */
export function findGuardError(error: unknown): GuardError | null {
  if (error instanceof GuardError) return error;
  return types.isNativeError(error) && error.cause !== undefined ? findGuardError(error.cause) : null;
}
