import type { Catalogue } from './catalogue';

/**
 * The tests of a vendor's promises: `const promise = testsOf(smg)`, then `promise('SMG-10', async () => …)`. The name of
 * the test is the promise's id and its words.
 */
export const testsOf =
  <Lines extends Catalogue>(lines: Lines) =>
  (id: keyof Lines & string, keep: () => Promise<void>): void => {
    const line = lines[id];
    if (line === undefined) throw new Error(`There is no promise ${id}`);
    if (line.needsConsole !== undefined)
      throw new Error(`${id} is listed as needs-console: take that back first`);
    test(`${id} ${line.says}`, keep);
  };
