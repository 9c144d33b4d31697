import { judgeRate } from '../../../platform/temporal/rate-verdict';
import type { HandedOut } from '../../../platform/temporal/rate-verdict';

/** As measured: `c` for the crowd, `o` for the others, with the ms since the first. */
const measured = (text: string): HandedOut[] =>
  text.split(' ').map((task) => ({
    of: task.startsWith('c') ? 'crowd' : 'others',
    atMs: Number(task.slice(1)),
  }));

const quick = [3, 4, 5, 5, 9, 12, 16, 28];
const onePartition =
  'o0 o2 o7 c8 o9 c10 o10 o19 c72 c84 c102 c232 c478 c736 c979 c1230 c1481 c1728 c1977 c2232 c2483 c2728';
const fourPartitions =
  'o0 o8 c15 c16 o16 c17 o24 c25 c49 c71 o72 c80 c81 o93 c990 c1012 c1074 c1990 c2012 c2974';
const behindTheCrowd =
  'c0 c3 c13 c19 c429 c442 c450 c451 c1430 o1444 c1444 o1445 c1456 c1457 c2429 c2451 o2454 c2455 o2455 c3431 o3433 o3433';
const oldMatcher = 'c0 c2 c2 c4 c4 o5 c5 c7 c31 o33 c43 c48 c49 c55 c62 c68 c79 c79 o82 o84 o84 o87';

test.each([
  ['one partition', onePartition, quick, 'kept'],
  ['four partitions, the last ones not waited for', fourPartitions, quick, 'kept'],
  ['no fairness', behindTheCrowd, quick, 'unfair'],
  ['no fairness, and one of the others never came', behindTheCrowd.replace(' o3433', ''), quick, 'unfair'],
  ['no rate', oldMatcher, quick, 'exceeded'],
  ['a server that takes long for everything', onePartition, [80, 90, 100, 200], 'unclear'],
  ['nothing came', 'o0 o1', quick, 'unclear'],
  ['nothing was answered', onePartition, [], 'unclear'],
])('%s', (_name, handedOut, answersMs, verdict) => {
  expect(judgeRate(measured(handedOut), answersMs)).toBe(verdict);
});
