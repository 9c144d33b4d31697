import fc from 'fast-check';
import { bestLink, webAddressIn } from '../../../domain/web-address';

describe('an address that a person may be given', () => {
  it.each([
    ['https://vendor.example/é?a=b', 'https://vendor.example/é?a=b'],
    [' http://vendor.example:8080/x#y ', 'http://vendor.example:8080/x#y'],
    ['HTTPS://vendor.example/?next=user@host', 'HTTPS://vendor.example/?next=user@host'],
    ['https://vendor.example/My report.pdf', 'https://vendor.example/My%20report.pdf'],
    ['https://vendor.example/a\u00a0b', 'https://vendor.example/a%C2%A0b'],
  ])('is taken as it came, with what is between its words escaped: %s', (text, address) => {
    expect(webAddressIn(text)).toBe(address);
  });

  it.each([
    'javascript:alert(document.cookie)',
    'JavaScript://vendor.example/%0aalert(1)',
    ' javascript:alert(1)//https://vendor.example',
    'data:text/html,<script>alert(1)</script>',
    'vbscript:msgbox(1)',
    'file:///etc/passwd',
    'ftp://vendor.example/report',
    'https://hire.lever.co@evil.example/',
    'https://user:password@vendor.example/',
    'https://:password@vendor.example/',
    'https://vendor example/a',
    'https://vendor.example/\njavascript:alert(1)',
    'https://vendor.example/\u0000',
    'https://',
    'https:vendor.example',
    '//vendor.example',
    '/report',
    'vendor.example',
    '',
    `https://vendor.example/${'a'.repeat(4_000)}`,
  ])('is none: %j', (text) => {
    expect(webAddressIn(text)).toBeNull();
  });

  it('never opens anything but a page of the web, whatever is written', () => {
    const scheme = fc.constantFrom('https://', 'http://', 'javascript:', 'data:', 'HTTPS:/', ' https://', '');
    const rest = fc.oneof(
      fc.webUrl(),
      fc.string({ maxLength: 60 }),
      fc.string({ unit: 'binary', maxLength: 20 }),
    );
    fc.assert(
      fc.property(scheme, rest, (before, after) => {
        const address = webAddressIn(before + after);
        if (address === null) return;
        const { protocol, username, password } = new URL(address);
        expect(['http:', 'https:']).toContain(protocol);
        expect([username, password]).toEqual(['', '']);
        expect(address).not.toMatch(/\s/);
      }),
    );
  });
});

describe('of several links', () => {
  it.each([
    [['not available', 'https://a.example/', 'https://b.example/'], 'https://a.example/'],
    [[null, '', 'javascript:1'], 'javascript:1'],
    [[null, ''], null],
    [[], null],
  ])('%j the best is %s', (links, best) => expect(bestLink(...links)).toBe(best));
});
