import { BlockList, isIP } from 'node:net';

/** Sets of addresses, written as CIDR networks or single addresses. */

export type AddressFamily = 'ipv4' | 'ipv6';

export const familyOf = (address: string): AddressFamily | null => {
  const version = isIP(address);
  return version === 4 ? 'ipv4' : version === 6 ? 'ipv6' : null;
};

/** `10.0.0.0/8`, `::1/128`, or one address; null for anything else. */
export function parseCidr(text: string): { network: string; bits: number; family: AddressFamily } | null {
  const [network = '', bitsText, ...rest] = text.trim().split('/');
  const family = familyOf(network);
  if (family === null || rest.length > 0) return null;
  const most = family === 'ipv4' ? 32 : 128;
  if (bitsText === undefined) return { network, bits: most, family };
  if (!/^\d{1,3}$/.test(bitsText) || Number(bitsText) > most) return null;
  return { network, bits: Number(bitsText), family };
}

/** @throws TypeError naming the entry that is not a network */
export function addressSet(cidrs: readonly string[]): (address: string) => boolean {
  const list = new BlockList();
  for (const cidr of cidrs) {
    const parsed = parseCidr(cidr);
    if (parsed === null) throw new TypeError(`${cidr} is not a network like 10.0.0.0/8 or ::1/128`);
    list.addSubnet(parsed.network, parsed.bits, parsed.family);
  }
  return (address) => {
    const family = familyOf(address);
    return family !== null && list.check(address, family);
  };
}
