import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { z } from 'zod';
import type { Effect, EffectKind } from '../../domain/effects';
import { planErrors } from '../../domain/effects';
import { endCodes } from '../../domain/end-reasons';
import { vendorIdPattern } from '../../domain/ids';
import type { PlanTrigger } from '../../domain/reduction';
import type { CommonSettings } from '../../domain/settings/schema';
import type { AnyVendor, PlanInput } from '../../vendors/define';
import { isInviting } from '../../vendors/define';
import type { NamedCase } from './cases';
import { twoStatusTags } from './status-tags';

/** What can be said about a vendor's definition without asking anybody. Each test names all faults at once. */

/** Whether the hub asks every vendor's plan then, whatever the vendor itself can tell. */
const asksEverybody = {
  invited: true,
  started: false,
  progress: false,
  completed: true,
  expired: true,
  declined: false,
  cancelled: true,
  failed: true,
  skipped: true,
  doubt: false,
  reminded: false,
} as const satisfies Record<PlanTrigger, boolean>;

const triggers = Object.keys(asksEverybody) as PlanTrigger[];
const everybodys = triggers.filter((trigger) => asksEverybody[trigger]);

/** @param folder where the vendor's own files lie */
export function isSound(definition: AnyVendor, cases: readonly NamedCase[], folder: string): void {
  const { settings, credentials } = definition;
  const known = cases[0]?.one.credentials ?? {};

  it('is complete', () => expect(faultsOf(definition)).toEqual([]));

  it('has a case for every operation, and for what can go wrong', () =>
    expect(uncovered(definition, cases)).toEqual([]));

  it('has a case for every trigger that each of its runs can come to', () => {
    const reached = isInviting(definition) ? everybodys : ['completed'];
    const told = cases.flatMap(({ one }) => (one.operation === 'plan' ? [one.input['trigger']] : []));
    expect(reached.filter((trigger) => !told.includes(trigger))).toEqual([]);
  });

  it('needs no setting, or says which; and refuses one it does not know', () => {
    const nothing = settings.safeParse({});
    expect(nothing.error?.issues.filter(({ path, message }) => path.length === 0 || !message) ?? []).toEqual(
      [],
    );
    expect(settings.safeParse({ tirggerStages: ['x'] }).success).toBe(false);
  });

  it('needs credentials, refuses ones it does not know, and uses all of them', () => {
    expect(credentials.safeParse({}).success).toBe(false);
    expect(credentials.safeParse(known).success).toBe(true);
    expect(credentials.safeParse({ ...known, undeclared: 'x' }).success).toBe(false);
    const code = readdirSync(folder)
      .filter((file) => file.endsWith('.ts') && file !== 'settings.ts')
      .map((file) => readFileSync(join(folder, file), 'utf8'))
      .join('\n');
    const unused = fieldsOf(credentials).filter((field) => !new RegExp(`\\b${field}\\b`).test(code));
    expect(unused).toEqual([]);
  });

  it('has no secret and nobody real in its cases', () => {
    // A signature of a recorded message, `v1=…`, and the digest of a document, `sha256…`, open nothing.
    const suspicious =
      /eyJ[\w-]{10,}\.|(?<!v1=|sha256\W{1,6})\b[0-9a-f]{40,}\b|-----BEGIN|@(?!example\.(?:com|org)\b)[\w-]+\.\w+/i;
    expect(cases.filter(({ text }) => suspicious.test(text)).map(({ name }) => name)).toEqual([]);
  });

  it('plans in an order that can be carried out, the same each time, whatever is known', () => {
    fc.assert(
      fc.property(fc.constantFrom(...triggers), anything, (trigger, { settings: given, ...rest }) => {
        const plan = () =>
          definition.plan({ ...bare(definition, trigger), settings: settings.parse(given), ...rest });
        const effects = plan();
        expect(planErrors({ trigger, id: trigger, effects })).toEqual([]);
        expect(effects.flatMap(emptyTexts)).toEqual([]);
        expect(plan()).toEqual(effects);
      }),
      { numRuns: 200 },
    );
  });

  it('never shows two status tags', () =>
    expect(
      twoStatusTags((trigger, change) => definition.plan({ ...bare(definition, trigger), ...change })),
    ).toEqual([]));
}

/** What a definition says wrongly of itself, in words. */
export function faultsOf(definition: AnyVendor): string[] {
  const { id, label, help, baseUrl, acknowledge, acknowledgeRepeat, limits } = definition;
  const isSuccess = (status: number): boolean => Number.isInteger(status) && status >= 200 && status < 300;
  const called = baseUrl !== undefined || definition.baseUrlOf !== undefined;
  const faults: Record<string, boolean> = {
    [`the id is not like ${vendorIdPattern.source}`]: !vendorIdPattern.test(id),
    'the label is empty, or has space around it': label === '' || label !== label.trim(),
    'help is no https address': !/^https:\/\/[^\s/]+/.test(help),
    'help is the place-holder of the template still: name the page that tells customers how to set it up':
      help.endsWith('/page-for-customers'),
    'baseUrl is no https address, or ends in a slash':
      baseUrl !== undefined && !/^https:\/\/[^\s/]+(\/[^\s/]+)*$/.test(baseUrl),
    'it is called, but neither baseUrl nor baseUrlOf says where': !called && isInviting(definition),
    'both baseUrl and baseUrlOf say where it is': baseUrl !== undefined && definition.baseUrlOf !== undefined,
    'acknowledge is no 2xx': !isSuccess(acknowledge),
    'acknowledgeRepeat is no 2xx': acknowledgeRepeat !== undefined && !isSuccess(acknowledgeRepeat),
    'the limit lets nothing through': !(limits.perSecondPerConnection > 0),
    'it polls without a status request, or has one and does not':
      isInviting(definition) && definition.polls !== (definition.requests.status !== undefined),
    'the role of the service user is empty': definition.serviceUser?.role.trim() === '',
  };
  return Object.keys(faults).filter((words) => faults[words]);
}

function uncovered(definition: AnyVendor, cases: readonly NamedCase[]): string[] {
  const offered = Object.entries(definition.requests).filter(([, request]) => request !== undefined);
  const operations = [
    ...offered.map(([name]) => name),
    ...(definition.pushedCatalogue ? ['pushedCatalogue'] : []),
    ...(isInviting(definition) ? ['route'] : []),
    'plan',
    'callback',
  ];
  const codesOf = (operation: string) =>
    cases.flatMap(({ one }) => (one.operation === operation && one.error ? [one.error.code] : []));
  const invites = isInviting(definition) ? ['rejected', 'unclear', 'rate_limited'] : [];
  return [
    ...operations.filter((operation) => !cases.some(({ one }) => one.operation === operation)),
    ...invites.map((code) => `vendor.${code}`).flatMap((code) => missing('invite', code)),
    ...missing('callback', 'auth.signature'),
    ...missing('callback', 'input.malformed'),
  ];
  function missing(operation: string, code: string): string[] {
    return codesOf(operation).includes(code) ? [] : [`${operation} that ends in ${code}`];
  }
}

/** The names of the fields, also behind refinements. */
const fieldsOf = (schema: z.ZodType): string[] =>
  Object.keys(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }).properties ?? {});

/** Someone was invited; all else is as little as it can be. */
function bare(definition: AnyVendor, trigger: PlanTrigger): PlanInput<CommonSettings> {
  return {
    trigger,
    reason: null,
    settings: definition.settings.parse({}),
    route: { assessmentRef: '1', assessmentName: 'One', options: {} },
    inheritTags: [],
    presentTags: [],
    invitation: { vendorRef: 'r', url: 'https://vendor.example/a', expiresAt: null },
    result: null,
    openSiblings: 0,
    stageId: (name) => (name === 'Results' ? 'stage-1' : null),
  };
}

type Known = Pick<
  PlanInput<CommonSettings>,
  'reason' | 'route' | 'inheritTags' | 'invitation' | 'result' | 'openSiblings'
> & { settings: Record<string, unknown> };

/** Whatever may be known at a moment. */
const anything: fc.Arbitrary<Known> = fc.record({
  reason: fc.option(fc.record({ code: fc.constantFrom(...endCodes), detail: fc.option(fc.string()) })),
  route: fc.option(fc.constant({ assessmentRef: '1', assessmentName: 'One', options: {} })),
  inheritTags: fc.constant(['A']),
  invitation: fc.option(fc.constant({ vendorRef: 'r', url: 'https://vendor.example/a', expiresAt: null })),
  result: fc.option(
    fc.record({
      score: fc.option(fc.integer({ min: 0, max: 100 })),
      maxScore: fc.constant(null),
      band: fc.option(fc.string()),
      reports: fc.array(fc.record({ label: fc.string(), url: fc.webUrl() }), { maxLength: 2 }),
      completedAt: fc.constant(null),
    }),
  ),
  settings: fc.record(
    {
      resultsStage: fc.constantFrom('Results', 'Gone'),
      note: fc.constant('{assessment}: {score}'),
      thresholds: fc.array(
        fc.record({
          min: fc.integer({ min: 0, max: 100 }),
          tag: fc.constant('Strong'),
          stage: fc.constant('Results'),
        }),
        { maxLength: 3 },
      ),
    },
    { requiredKeys: [] },
  ),
  openSiblings: fc.nat({ max: 2 }),
});

/** What people read of each kind in Lever. */
const textsOf: {
  [Kind in EffectKind]: (effect: Extract<Effect, { kind: Kind }>) => readonly string[] | null;
} = {
  addTags: ({ tags }) => tags,
  removeTags: ({ tags }) => tags,
  addLinks: ({ links }) => links,
  removeLinks: ({ links }) => links,
  note: ({ text }) => [text],
  file: ({ name }) => [name],
  stage: () => null,
  archive: () => null,
  ask: ({ question }) => [question],
  createOpportunity: ({ name }) => [name],
};

/** Effects that would say nothing. */
function emptyTexts(effect: ReturnType<AnyVendor['plan']>[number]): string[] {
  const texts = (textsOf[effect.kind] as (effect: Effect) => readonly string[] | null)(effect);
  const isEmpty = texts !== null && (texts.length === 0 || texts.some((text) => text.trim() === ''));
  return isEmpty ? [`${effect.key} has an empty text, or none`] : [];
}
