import fc from 'fast-check';
import type { InboxItem } from '../../../workflows/assessment/inbox';
import { Inbox } from '../../../workflows/assessment/inbox';

const vendor = (key: string, vendorRef: string | null = null): InboxItem => ({
  kind: 'vendor',
  key,
  event: { type: 'started' },
  vendorRef,
});
const operator = (key: string): InboxItem => ({
  kind: 'operator',
  key,
  event: { type: 'remindRequested', by: 'Kim' },
});
const empty = () => new Inbox({ waiting: [], held: [], deferred: [], seen: [] });

function takeAll(inbox: Inbox): string[] {
  const taken: string[] = [];
  for (let item = inbox.take(); item !== undefined; item = inbox.take()) taken.push(item.key);
  return taken;
}

describe('the inbox', () => {
  it('gives everything once, in the order it came', () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 8 }).map(String)), (keys) => {
        const inbox = empty();
        const fresh = keys.filter((key) => inbox.put(vendor(key)));
        expect(fresh).toEqual([...new Set(keys)]);
        expect(takeAll(inbox)).toEqual(fresh);
        expect(inbox.isEmpty).toBe(true);
      }),
    );
  });

  it('loses and doubles nothing that is held back, and keeps its order', () => {
    const moves = fc.array(fc.constantFrom('put', 'take', 'hold', 'release', 'carry'), { maxLength: 40 });
    fc.assert(
      fc.property(moves, (course) => {
        let inbox = empty();
        let put = 0;
        const taken: string[] = [];
        const held: string[] = [];
        for (const move of course) {
          if (move === 'put') inbox.put(vendor(String((put += 1))));
          if (move === 'carry') inbox = new Inbox(JSON.parse(JSON.stringify(inbox.snapshot())));
          if (move === 'release') {
            inbox.release();
            held.length = 0;
          }
          if (move !== 'take' && move !== 'hold') continue;
          const item = inbox.take();
          if (item === undefined) continue;
          if (move === 'take') taken.push(item.key);
          else {
            inbox.hold(item);
            held.push(item.key);
          }
        }
        expect(inbox.snapshot().held.map(({ key }) => key)).toEqual(held);
        inbox.release();
        const rest = takeAll(inbox);
        expect(rest.slice(0, held.length)).toEqual(held);
        expect([...taken, ...rest].map(Number).sort((a, b) => a - b)).toEqual(
          Array.from({ length: put }, (_, index) => index + 1),
        );
      }),
    );
  });

  it('knows a repeat after it was carried on, of the last thousand', () => {
    const before = empty();
    for (let n = 0; n < 1_500; n += 1) before.put(vendor(`key-${n}`));
    const after = new Inbox({ ...before.snapshot(), waiting: [] });
    expect(after.put(vendor('key-1499'))).toBe(false);
    expect(after.put(vendor('key-500'))).toBe(false);
    expect(after.snapshot().seen).toHaveLength(1_000);
  });

  it('does not change what it was made from', () => {
    const carried = { waiting: [vendor('a')], held: [vendor('b')], deferred: [], seen: ['a', 'b'] };
    const inbox = new Inbox(carried);
    inbox.take();
    inbox.put(vendor('c'));
    inbox.release();
    expect(carried).toEqual({ waiting: [vendor('a')], held: [vendor('b')], deferred: [], seen: ['a', 'b'] });
  });

  it('knows that the vendor has called, and its name for the run, from news that wait, held ones first', () => {
    const inbox = empty();
    inbox.put(operator('a'));
    expect(inbox.vendorContact).toEqual({ heard: false, knownRef: null });
    inbox.put(vendor('b'));
    expect(inbox.vendorContact).toEqual({ heard: true, knownRef: null });
    inbox.put(vendor('c', '77'));
    expect(inbox.vendorContact.knownRef).toBe('77');
    inbox.hold(vendor('d', '78'));
    expect(inbox.vendorContact.knownRef).toBe('78');
  });

  it('is interrupted by people and Lever, not by the vendor', () => {
    const inbox = empty();
    inbox.put(vendor('a'));
    expect(inbox.hasInterruption).toBe(false);
    inbox.put(operator('b'));
    expect(inbox.hasInterruption).toBe(true);
    takeAll(inbox);
    inbox.put({ kind: 'opportunity', key: 'c', hint: 'candidateHired' });
    expect(inbox.hasInterruption).toBe(true);
  });
});
