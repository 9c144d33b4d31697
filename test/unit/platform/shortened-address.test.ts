import fc from 'fast-check';
import { shortenedAddress } from '../../../platform/http/shortened-address';

describe('the address of a client in the log', () => {
  it.each([
    ['203.0.113.77', '203.0.113.0/24'],
    ['::ffff:203.0.113.77', '203.0.113.0/24'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1::/48'],
    ['2001:db8::6', '2001:db8:0::/48'],
    ['::1', '0:0:0::/48'],
    ['fe80::1%eth0', 'fe80:0:0::/48'],
    ['nobody', 'unknown'],
    ['', 'unknown'],
  ])('%s is %s', (address, shortened) => expect(shortenedAddress(address)).toBe(shortened));

  it('is the same for all that share a network, and never the whole', () => {
    fc.assert(
      fc.property(fc.ipV6(), (address) => {
        const shortened = shortenedAddress(address);
        expect(shortened).toMatch(/^([0-9a-f]{1,4}:){3}:\/48$|^\d+\.\d+\.\d+\.0\/24$/);
      }),
    );
  });
});
