import fc from 'fast-check';
import type { Opportunity } from '../../../domain/assessment';
import { smgSettings } from '../../../vendors/smg/settings';
import { inviteTag, readPopTag, routeByTags } from '../../../vendors/smg/tags';

const settings = smgSettings.parse({});
const opportunity = (tags: string[], email: string | null = 'ada@example.com'): Opportunity => ({
  id: 'opp-1',
  contactId: 'contact-1',
  postingId: 'post-1',
  stageId: 'stage-1',
  stageChangedAt: 0,
  tags,
  links: [],
  candidate: { name: 'Ada Test', email, phone: null },
  archived: false,
});
const posting = (tags: string[]) => ({ id: 'post-1', title: 'Clerk', tags });

const positionId = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map(String);
const name = fc
  .string({ minLength: 1 })
  .filter((text) => text.trim() !== '' && !/[\r\n\u2028\u2029]/.test(text));
const prefix = fc.constantFrom('POP-', 'pop-', 'Pop-');

describe('SMG tags', () => {
  it('carry any 64-bit position id and any name, whatever the case of the prefix', () => {
    fc.assert(
      fc.property(prefix, positionId, name, (start, id, text) => {
        expect(readPopTag(`${start}${id}-${text}`)).toEqual({ positionId: id, name: text.trim() });
      }),
    );
  });

  it.each(['Leadership', 'Management', 'Professional', 'Sales', 'Salesmanagement', 'Service'])(
    'of the article resolve: %s',
    (text) => expect(readPopTag(`POP-10002063-${text}`)).toEqual({ positionId: '10002063', name: text }),
  );

  it('give one route for each position, wherever the tag stands and however often', () => {
    const tags = fc.array(fc.tuple(fc.constantFrom('1', '22', '333'), fc.constantFrom('A', 'B')), {
      maxLength: 8,
    });
    fc.assert(
      fc.property(tags, tags, (ofPosting, ofOpportunity) => {
        const write = (list: [string, string][]): string[] => list.map(([id, text]) => `POP-${id}-${text}`);
        const decision = routeByTags({
          opportunity: opportunity(write(ofOpportunity)),
          posting: posting(write(ofPosting)),
          settings,
        });
        const positions = new Set([...ofPosting, ...ofOpportunity].map(([id]) => id));
        if (positions.size === 0) {
          expect(decision).toMatchObject({ decision: 'skip', reason: 'no_assessment', tell: false });
          return;
        }
        if (decision.decision !== 'routes') throw new Error('expected routes');
        expect(decision.routes.map((route) => route.assessmentRef)).toEqual([...positions]);
        const held = write(ofOpportunity);
        expect(new Set([...decision.inheritTags, ...held])).toEqual(new Set([...write(ofPosting), ...held]));
        expect(decision.inheritTags.some((tag) => held.includes(tag))).toBe(false);
      }),
    );
  });

  it('never throw, and tell only what a person meant for SMG', () => {
    fc.assert(
      fc.property(fc.array(fc.string()), (tags) => {
        const decision = routeByTags({ opportunity: opportunity(tags), posting: null, settings });
        if (decision.decision === 'skip' && decision.tell)
          expect(tags.some((tag) => /^\s*pop/i.test(tag))).toBe(true);
      }),
    );
  });

  it.each([
    'POP_10002063_Leadership',
    'POP 1000 Sales',
    'POP–10002063–Sales',
    'POP10002063',
    'POP-Leadership',
    'pop-5-',
  ])('that cannot be read are told of: %s', (tag) => {
    const decision = routeByTags({ opportunity: opportunity([]), posting: posting([tag]), settings });
    expect(decision).toMatchObject({
      reason: 'malformed_tag',
      tell: true,
      detail: expect.stringContaining(tag),
    });
  });

  const unseen = fc.constantFrom(
    '\u200b',
    '\ufeff',
    '\u2060',
    '\u00ad',
    '\u200e',
    '\u200d',
    '\ufe0f',
    '\u061c',
  );

  it('are read as people see them, whatever came along when they were pasted', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('POP-10002063-Leadership', 'pop-7-Store Clerk', inviteTag, 'POP-IN-Progress'),
        fc.array(fc.tuple(fc.nat({ max: 30 }), unseen), { maxLength: 6 }),
        fc.constantFrom('', ' ', '\u00a0', '\t', '\u3000'),
        (tag, additions, blank) => {
          const pasted = additions.reduce<string>(
            (text, [at, character]) => text.slice(0, at) + character + text.slice(at),
            tag,
          );
          const decide = (tags: string[]) =>
            routeByTags({ opportunity: opportunity(['POP-5-Sales']), posting: posting(tags), settings });
          const { inheritTags, ...wanted } = decide([tag]) as { inheritTags: string[] };
          const { inheritTags: inherited, ...read } = decide([`${blank}${pasted}${blank}`]) as {
            inheritTags: string[];
          };
          expect(read).toEqual(wanted);
          expect(inherited).toHaveLength(inheritTags.length);
          // What the opportunity has already, in whatever spelling, it is not given again.
          const held = routeByTags({ opportunity: opportunity([pasted]), posting: posting([tag]), settings });
          if (held.decision === 'routes') expect(held.inheritTags).toEqual([]);
        },
      ),
    );
  });

  it.each([
    ['POP\u00a0-\u00a010002063\u00a0- Leadership', '10002063'],
    ['POP- 7 -Sales', '7'],
    ['POP-7-Store\u00a0Clerk', '7'],
    ['POP-7-Sales\u2028', '7'],
  ])('are read with blanks beside their hyphens: %j', (tag, positionId) => {
    expect(readPopTag(tag)?.positionId).toBe(positionId);
  });

  it('that ask for an e-mail are read so as well', () => {
    const tags = ['POP-1-A', '\u200bPOP -\u00a0INVITE-CANDIDATE'];
    const decision = routeByTags({ opportunity: opportunity([]), posting: posting(tags), settings });
    expect(decision).toMatchObject({ routes: [{ options: { emailCandidate: true } }] });
    expect(decision).not.toHaveProperty('routes.0.options.notice');
  });

  it.each(['\u200bPOP_7_Sales', 'PO\u2060P\u00a07\u00a0Sales', '\ufeffPOP-Leadership'])(
    'that cannot be read are told of whatever hides in them: %j',
    (tag) => {
      const decision = routeByTags({ opportunity: opportunity([tag]), posting: null, settings });
      expect(decision).toMatchObject({ reason: 'malformed_tag', tell: true });
    },
  );

  it('that cannot be read do not stop one that can, but do stop the default', () => {
    const withDefault = smgSettings.parse({ defaultAssessment: '9' });
    const route = (tags: string[]) =>
      routeByTags({ opportunity: opportunity(tags), posting: null, settings: withDefault });
    expect(route(['POP_1_A', 'POP-2-B'])).toMatchObject({ routes: [{ assessmentRef: '2' }] });
    expect(route(['POP_1_A'])).toMatchObject({ reason: 'malformed_tag' });
  });

  it.each([
    'Popular',
    'Pop',
    'POP Displays',
    'Pop & Rock',
    'Hip-Pop',
    'POP-IN-Progress',
    'pop-completed',
    'POP-Error',
  ])('are no concern of SMG: %s', (tag) => {
    const decision = routeByTags({ opportunity: opportunity([tag]), posting: posting([tag]), settings });
    expect(decision).toMatchObject({ reason: 'no_assessment', tell: false });
  });

  it('of state are recognised also in the words of the settings', () => {
    const own = smgSettings.parse({ tags: { completed: 'POP-1-Done' } });
    const decision = routeByTags({ opportunity: opportunity(['POP-1-Done']), posting: null, settings: own });
    expect(decision).toMatchObject({ reason: 'no_assessment' });
  });

  it.each([
    [[inviteTag], [], true],
    [[], ['pop-invite-candidate'], true],
    [[], [], false],
  ])(
    'ask for an e-mail on the posting %j or the opportunity %j: %s',
    (ofPosting, ofOpportunity, emailCandidate) => {
      const decision = routeByTags({
        opportunity: opportunity(['POP-1-A', ...ofOpportunity]),
        posting: posting(ofPosting),
        settings,
      });
      expect(decision).toMatchObject({ routes: [{ options: { emailCandidate } }] });
    },
  );

  it('need no e-mail address where no e-mail is wanted', () => {
    const decision = routeByTags({ opportunity: opportunity(['POP-1-A'], null), posting: null, settings });
    expect(decision).toMatchObject({ decision: 'routes' });
  });
});

describe('SMG settings', () => {
  it('fill in what a connection does not say', () => {
    expect(settings).toMatchObject({
      triggerStages: ['Assessment'],
      language: 'eng',
      isTest: false,
      duplicateErrorCode: 1701,
      tags: { inProgress: 'POP-IN-Progress', completed: 'POP-Completed', error: 'POP-Error' },
    });
    expect(smgSettings.parse({ tags: { error: 'Oops' } }).tags).toMatchObject({
      completed: 'POP-Completed',
      error: 'Oops',
    });
  });

  it.each([
    { tags: { done: 'x' } },
    { tags: { inProgress: 'POP-Completed' } },
    { mapping: { p: 'Leadership' } },
    { defaultAssessment: '' },
    { language: 'English' },
    { callbackPlaceholder: ':id' },
  ])('refuse %j', (given) => {
    expect(smgSettings.safeParse(given).success).toBe(false);
  });
});
