import { defaultLimits } from '../../../api/limits';
import { textOf } from '../../helpers/every-file';

const page = textOf('docs/security.md');

/** A number that the code gives a name, wherever it is written out. */
function numberIn(path: string, name: string): number {
  const written = new RegExp(`\\b${name}(?:\\??: number)? = ([\\d_ *]+)`).exec(textOf(path))?.[1];
  if (written === undefined) throw new Error(`${path} no longer has ${name}`);
  return written
    .split('*')
    .reduce((product, factor) => product * Number(factor.trim().replaceAll('_', '')), 1);
}

test('the limits that the page names are those of the code', () => {
  const said = [
    `${defaultLimits.requestsPerMinute} requests a minute`,
    `${defaultLimits.failedProofsPerMinute} a minute from one address`,
    `cut to ${numberIn('vendors/lenient.ts', 'longestText')} characters`,
    `more than ${numberIn('platform/json.ts', 'mostValues').toLocaleString('en')} values`,
    `up to ${numberIn('domain/refusal-words.ts', 'readAtMost')} characters`,
    `${numberIn('platform/http/client.ts', 'defaultMaxBytes') / 1024 / 1024} MiB`,
  ];
  expect(said.filter((words) => !page.includes(words))).toEqual([]);
});
