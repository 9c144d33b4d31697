import fc from 'fast-check';
import { parseCidr } from '../../../platform/http/cidr';
import { isPublicAddress } from '../../../platform/http/guard';

describe('public addresses', () => {
  it.each([
    '1.1.1.1',
    '8.8.8.8',
    '100.63.255.255',
    '172.32.0.1',
    '2606:4700:4700::1111',
    '2a00:1450:4001::1',
  ])('%s is public', (address) => expect(isPublicAddress(address)).toBe(true));

  it.each([
    '0.0.0.0',
    '10.1.2.3',
    '100.64.0.1',
    '127.0.0.1',
    '169.254.169.254',
    '172.16.0.1',
    '172.31.255.255',
    '192.0.0.8',
    '192.168.0.1',
    '198.18.0.1',
    '224.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::ffff:10.0.0.1',
    '::ffff:7f00:1',
    '::7f00:1',
    '64:ff9b::7f00:1',
    'fc00::1',
    'fe80::1',
    'fec0::1',
    'ff02::1',
    '2001::1',
    '2001:db8::1',
    '2002:7f00:1::',
    'localhost',
    '',
  ])('%p is not', (address) => expect(isPublicAddress(address)).toBe(false));

  it('never lets a private network through, whatever its last parts', () => {
    const private4 = fc.oneof(
      fc.tuple(fc.constant('10'), fc.nat(255), fc.nat(255), fc.nat(255)),
      fc.tuple(fc.constant('127'), fc.nat(255), fc.nat(255), fc.nat(255)),
      fc.tuple(fc.constant('192.168'), fc.nat(255), fc.nat(255)),
      fc.tuple(fc.constant('172'), fc.integer({ min: 16, max: 31 }), fc.nat(255), fc.nat(255)),
    );
    fc.assert(
      fc.property(private4, (parts) => {
        const address = parts.join('.');
        expect(isPublicAddress(address)).toBe(false);
        expect(isPublicAddress(`::ffff:${address}`)).toBe(false);
      }),
    );
  });
});

describe('CIDR', () => {
  it('reads networks and single addresses', () => {
    expect(parseCidr('10.0.0.0/8')).toEqual({ network: '10.0.0.0', bits: 8, family: 'ipv4' });
    expect(parseCidr(' ::1 ')).toEqual({ network: '::1', bits: 128, family: 'ipv6' });
  });
  it.each(['', '10.0.0.0/33', '::/129', '10.0.0/8', '10.0.0.0/8/8', '10.0.0.0/', 'host/8', '10.0.0.0/-1'])(
    'refuses %p',
    (text) => expect(parseCidr(text)).toBeNull(),
  );
});
