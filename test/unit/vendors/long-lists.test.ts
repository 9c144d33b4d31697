import { z } from 'zod';
import { FulcrumError } from '../../../domain/errors';
import { leverOpportunity, leverStage, list, single } from '../../../lever/schemas';
import { modelsAnswer, resultsAnswer } from '../../../vendors/assessfirst/wire';
import { duplicateOf } from '../../../vendors/jobma/duplicate';
import { templatesAnswer } from '../../../vendors/jobma/wire';
import { entries, identifier, isTooBig, named } from '../../../vendors/lenient';
import { mentionsIn } from '../../../vendors/mentions';
import { assessmentsAnswer, invitationsAnswer } from '../../../vendors/serand/wire';
import { openAnswer, positionsAnswer, readAnswer, scoreAnswer } from '../../../vendors/smg/wire';

/**
 * Whatever is read is read element by element, and everybody waits for it. So a list that is longer than any may be is
 * refused before its first element is read. What is measured is how often somebody looks at an element, not how long.
 */

const many = 10_000;
/** A list of empty objects, and how many of them were looked at. */
function counted(length = many): { items: unknown[]; looked: () => number } {
  let looks = 0;
  const items = new Proxy(
    Array.from({ length }, () => ({})),
    {
      get(target, name, receiver) {
        if (typeof name === 'string' && /^\d+$/.test(name)) looks += 1;
        return Reflect.get(target, name, receiver) as unknown;
      },
    },
  );
  return { items, looked: () => looks };
}

const lists: [string, z.ZodType, (items: unknown[]) => unknown][] = [
  ['positions of SMG', positionsAnswer, (items) => ({ items })],
  ['open applications of SMG', openAnswer, (items) => ({ application_list: items })],
  [
    'fields of an application',
    openAnswer,
    (fields) => ({ application_list: [{ application_id: 1, fields }] }),
  ],
  ['reducers of SMG', scoreAnswer, (items) => ({ position_reducers: items })],
  ['models of AssessFirst', modelsAnswer, (data) => ({ data })],
  ['reports of AssessFirst', resultsAnswer, (reports) => ({ data: { status: 'x', reports } })],
  ['assessments of Serand', assessmentsAnswer, (data) => ({ data })],
  ['invitations of Serand', invitationsAnswer, (data) => ({ data })],
  ['kits of Jobma', templatesAnswer, (items) => ({ interview_templates: items })],
  ['a page of Lever', list(leverStage), (data) => ({ data })],
  ['a list of Lever', list(leverStage), (items) => items],
  ['phones of somebody', single(leverOpportunity), (phones) => ({ data: { id: 'o', phones } })],
  ['changes of stage', single(leverOpportunity), (stageChanges) => ({ data: { id: 'o', stageChanges } })],
];

describe('a list that has no end', () => {
  it.each(lists)('is refused unread: %s', (_, schema, bodyOf) => {
    const { items, looked } = counted();
    const read = schema.safeParse(bodyOf(items));
    expect(read.error?.issues).toHaveLength(1);
    expect(looked()).toBe(0);
  });

  it('says so, where the answer is told of', () => {
    const body = { items: Array.from({ length: many }, () => ({})) };
    const read = (): unknown =>
      readAnswer('position_get', { error_code: 0, error_text: null, body }, positionsAnswer);
    expect(read).toThrow(
      new FulcrumError(
        'vendor.unexpected',
        'SMG position_get: its answer cannot be read at items, which has more than 5000 entries',
      ),
    );
  });

  it('is a fault of what it stands in, too', () => {
    const outer = entries(z.object({ id: identifier, inner: entries(z.unknown(), 2) }));
    expect(outer.parse([{ id: 1, inner: [1, 2] }, {}])).toHaveLength(1);
    expect(isTooBig(outer.safeParse([{ id: 1, inner: [1, 2, 3] }, {}]).error as z.ZodError)).toBe(true);
  });

  it('may stand in one text', () => {
    const row = (fields: string) => ({ application_list: [{ application_id: 1, fields }] });
    expect(openAnswer.safeParse(row('k|v|'.repeat(many))).error?.issues).toHaveLength(1);
    expect(openAnswer.parse(row('k|v|l|w')).application_list[0]?.fields).toEqual({ k: 'v', l: 'w' });
  });
});

test('fields of an application are texts, whatever they are called inside', () => {
  const fields = [{ a: 1, b: { toString: 0 } }, null, { c: 'x' }];
  const read = openAnswer.parse({ application_list: [{ application_id: 1, fields }] });
  expect(read.application_list[0]?.fields).toEqual({ a: '1', b: '', c: 'x' });
});

describe('an object of any names', () => {
  const member = jest.fn((given: unknown) => given);
  const any = named(z.unknown().transform(member), 2);

  it('has few, or is refused unread', () => {
    expect(isTooBig(any.safeParse({ a: 1, b: 2, c: 3 }).error as z.ZodError)).toBe(true);
    expect(member).not.toHaveBeenCalled();
    expect(any.parse({ a: 1, b: 2 })).toEqual({ a: 1, b: 2 });
  });

  it('is none where it is something else', () => {
    expect([undefined, null, 1, 'x', []].map((given) => any.parse(given))).toEqual(Array(5).fill(null));
  });
});

describe('what an answer mentions', () => {
  const seen = jest.fn();
  const shape = z.unknown().transform(seen);
  beforeEach(() => seen.mockReset());

  it.each([
    ['objects in a list', Array.from({ length: many }, () => ({}))],
    ['lists in a list', Array.from({ length: many }, () => [])],
    [
      'objects in an object',
      Object.fromEntries(Array.from({ length: many }, (_, index) => [`k${index}`, {}])),
    ],
  ])('is nothing where it holds no end of %s', (_, body) => {
    expect(mentionsIn(body, shape)).toBeNull();
    expect(seen.mock.calls.length).toBeLessThanOrEqual(1_000);
    expect(duplicateOf(body, 'asm-1')).toBeNull();
  });

  it('is found in every other one, from the outside in', () => {
    const id = z.object({ id: z.number() });
    expect(mentionsIn({ id: 1, a: [{ id: 2, b: { id: 3 } }, 4, null], c: { id: 5 } }, id)).toEqual(
      [1, 2, 3, 5].map((one) => ({ id: one })),
    );
    expect(
      mentionsIn(
        Array.from({ length: many }, () => 0),
        id,
      ),
    ).toEqual([]);
  });
});
