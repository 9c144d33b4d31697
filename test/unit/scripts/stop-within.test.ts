import { stopWithin } from '../../../scripts/stop-within';

const soon = { sayAfterMs: 1, giveUpAfterMs: 20 };
const never = (): Promise<void> => new Promise(() => undefined);

test('what stops is waited for without a word', async () => {
  const said: string[] = [];
  await stopWithin(
    'the part',
    () => Promise.resolve(),
    (line) => said.push(line),
  );
  expect(said).toEqual([]);
});

test('what never stops is named, and given up', async () => {
  const said: string[] = [];
  await expect(stopWithin('the part', never, (line) => said.push(line), soon)).rejects.toThrow(
    'the part did not stop within 0.02 s.',
  );
  expect(said).toEqual(['Waiting for the part to stop.']);
});

test('the fault of one that cannot stop is told as it is', async () => {
  const fails = (): Promise<void> => Promise.reject(new Error('it hangs together'));
  await expect(stopWithin('the part', fails, () => undefined)).rejects.toThrow('it hangs together');
});
