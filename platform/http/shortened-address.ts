import { isIPv4, isIPv6 } from 'node:net';

/**
 * The network an address lies in, for logs: enough to tell two providers apart, too little to tell two people apart.
 * `203.0.113.0/24`, `2001:db8:1::/48`; "unknown" for what is no address.
 */
export function shortenedAddress(address: string): string {
  const [withoutZone = ''] = address.split('%', 1);
  const plain = withoutZone.replace(/^::ffff:(?=\d+\.)/i, '');
  if (isIPv4(plain)) return `${plain.split('.').slice(0, 3).join('.')}.0/24`;
  if (!isIPv6(plain)) return 'unknown';
  // The URL parser writes every address in one way, with hexadecimal groups alone.
  const [before = '', after] = new URL(`http://[${plain}]`).hostname.slice(1, -1).split('::');
  const head = before === '' ? [] : before.split(':');
  const tail = after === undefined || after === '' ? [] : after.split(':');
  const missing = after === undefined ? 0 : 8 - head.length - tail.length;
  const groups = [...head, ...Array<string>(missing).fill('0'), ...tail].slice(0, 3);
  return `${groups.join(':')}::/48`;
}
