import { createLookAgain } from '../../../api/ingress/look-again';

describe('looking again for what was not found', () => {
  it('reads once a second at most, and has whoever comes meanwhile wait for the same reading', async () => {
    let now = 0;
    let reads = 0;
    const lookAgain = createLookAgain(
      () => Promise.resolve((reads += 1)),
      () => now,
    );
    await Promise.all([lookAgain(), lookAgain(), lookAgain()]);
    expect(reads).toBe(1);
    now = 999;
    await lookAgain();
    expect(reads).toBe(1);
    now = 1_000;
    await lookAgain();
    expect(reads).toBe(2);
  });

  it('is no fault of whoever asked when nothing can be read', async () => {
    await expect(createLookAgain(() => Promise.reject(new Error('away')))()).resolves.toBeUndefined();
  });
});
