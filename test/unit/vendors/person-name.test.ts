import { splitName } from '../../../vendors/person-name';

test.each([
  ['Dana Example', 'Dana', 'Example'],
  [' Dana  Maria\u00a0Example ', 'Dana', 'Maria Example'],
  ['Madonna', 'Madonna', ''],
  ['', 'Candidate', ''],
  [' ', 'Candidate', ''],
])('%j is called %j %j', (name, firstName, lastName) => {
  expect(splitName(name)).toEqual({ firstName, lastName });
});
