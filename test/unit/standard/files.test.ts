import { file, largestContentBytes } from '../../../vendors/standard/files';

const base64 = (bytes: number): string => Buffer.alloc(bytes, 'x').toString('base64');
const faults = (change: Record<string, unknown>): string[] =>
  file
    .safeParse({ name: 'a.pdf', contentType: 'application/pdf', ...change })
    .error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`) ?? [];

describe('a file of an order', () => {
  it('is given by address or by content, whatever else is null', () => {
    expect(faults({ url: 'https://vendor.example/a.pdf' })).toEqual([]);
    expect(faults({ url: null, content: 'JVBERi0=', label: null, sha256: null })).toEqual([]);
    expect(faults({})).toEqual(['url: give either url or content']);
    expect(faults({ url: 'https://vendor.example/a.pdf', content: 'JVBERi0=' })).toEqual([
      'url: give either url or content',
    ]);
  });

  it('is of limited size where its content comes along', () => {
    expect(faults({ content: base64(largestContentBytes) })).toEqual([]);
    expect(faults({ content: base64(largestContentBytes + 3) })).toEqual([
      'content: more than 512 KiB are given by url, not as content',
    ]);
    expect(faults({ content: '' })).toEqual(['content: it is empty']);
  });

  it.each(['JVBERi0', 'JVBE\nRi0=', 'JVBERi0_', 'data:application/pdf;base64,JVBERi0='])(
    'holds no base64 in %j',
    (content) => expect(faults({ content })).toEqual([expect.stringMatching(/^content: write it in base64/)]),
  );

  it.each([
    [{ url: 'ftp://vendor.example/a.pdf' }, 'url: write an address'],
    [{ url: 'https://vendor.example/a', sha256: 'abc' }, 'sha256: write 64 hex digits'],
    [{ url: 'https://vendor.example/a', contentType: 'text/html' }, 'contentType: write one of'],
    [{ url: 'https://vendor.example/a', name: ' ' }, 'name: '],
  ])('is refused with the place of the fault: %j', (change, fault) =>
    expect(faults(change)).toEqual([expect.stringContaining(fault)]),
  );
});
