import type { HandedOut } from '../../../platform/temporal/rate-verdict';
import { judgeRate } from '../../../platform/temporal/rate-verdict';

/** As measured: `c` for the crowd, `o` for the others, with the ms since the first. */
const measured = (text: string): HandedOut[] =>
  text.split(' ').map((task) => ({
    of: task.startsWith('c') ? 'crowd' : 'others',
    atMs: Number(task.slice(1)),
  }));

const quick = [3, 4, 5, 5, 9, 12, 16, 28];
const onePartition =
  'o0 c7 o7 o8 o8 o8 c35 o35 c83 c119 c253 c511 c747 c997 c1258 c1496 c1747 c1997 c2246 c2496 c2751 c2996 c3246';
const fourPartitions =
  'c0 o1 c1 o2 o31 c213 o215 c280 c292 o393 c394 o401 c1212 c1281 c1304 c1388 c2214 c2293 c2389 c3214 c3294 c3388';
const behindTheCrowd =
  'c0 c1 c14 c19 c400 c401 c406 c409 c1403 c1404 c1404 c1405 c2402 c2404 c2404 c2405 c3397 c3399 o3408 c3411 o3422 c3423';
const withLuck =
  'c0 c1 c5 c9 c410 c423 c434 c440 c1411 c1423 o1445 c1446 c1446 c2410 c2423 c2434 c2440 o2440 c3410 c3423 c3433';
const oldMatcher =
  'c0 c10 c11 c11 c12 c12 c19 c20 c78 c78 c82 c84 c91 c92 c118 c119 c169 c170 c212 c212 o212 c213 c230 c264 c265 c265 c276 c306 c307 c333 c435 c483 o483 c484 o484 o559 o560 o583';

test.each([
  ['one partition', onePartition, quick, 'kept'],
  ['four partitions', fourPartitions, quick, 'kept'],
  ['no fairness, and most of the others never came', behindTheCrowd, quick, 'unfair'],
  ['no fairness, and some of the others had luck', withLuck, quick, 'unfair'],
  ['no rate', oldMatcher, quick, 'exceeded'],
  ['a server that takes long for everything', onePartition, [80, 90, 100, 200], 'unclear'],
  ['nothing came', 'o0 o1', quick, 'unclear'],
  ['nothing was answered', onePartition, [], 'unclear'],
])('%s', (_name, handedOut, answersMs, verdict) => {
  expect(judgeRate(measured(handedOut), answersMs)).toBe(verdict);
});
