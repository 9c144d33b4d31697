import type { z } from 'zod';
import type { StageName } from '../../domain/connection';
import { assessmentErrors } from '../../domain/settings/assessments';
import { contradictions } from '../../domain/settings/contradictions';
import type { SettingsError, VendorTraits } from '../../domain/settings/error';
import type { CommonSettings } from '../../domain/settings/schema';
import { missing, serviceUserErrors } from '../../domain/settings/set-up';
import { stageErrors } from '../../domain/settings/stages';
import type { AnyVendor, CatalogueEntry } from '../../vendors/define';
import { isInviting } from '../../vendors/define';
import { inputWords } from '../middleware/input-words';
import { fieldErrors, InputError } from '../middleware/problem';
import type { FieldError } from '../middleware/problem-document';

/**
 * The rules of `domain/settings/` as the API tells them. Each looks at what is known by then: the settings alone, then the
 * Lever account, then the vendor's list.
 */

export const traitsOf = (vendor: AnyVendor): VendorTraits => ({
  label: vendor.label,
  tellsEnd: isInviting(vendor) && vendor.tellsEnd === true,
  writesFiles: vendor.lever.writesFiles,
  startsRuns: !isInviting(vendor),
  serviceRole: vendor.serviceUser?.role ?? null,
  asksForStage: isInviting(vendor) && vendor.asksForStage === true,
});

const inBody = ({ path, message }: SettingsError): FieldError => ({ path: `body.settings.${path}`, message });

const refuse = (faults: FieldError[]): InputError =>
  new InputError(
    'input.invalid',
    `Correct the connection: ${faults.map((fieldError) => `${fieldError.path}: ${fieldError.message}`).join('; ')}`,
    faults,
  );

function refuseAny(faults: readonly SettingsError[]): void {
  if (faults.length > 0) throw refuse(faults.map(inBody));
}

/**
 * Settings and new credentials as the vendor's own schemas read them.
 * @param state `begun`: what the vendor's set-up asks for may still come, as behind a link, whose customer consents first
 * @throws FulcrumError `input.invalid`, naming every fault of both
 */
export function parseForVendor(
  vendor: AnyVendor,
  given: { settings: Record<string, unknown>; credentials?: Record<string, unknown> },
  state: 'begun' | 'complete' = 'complete',
): CommonSettings {
  const settings = vendor.settings.safeParse(given.settings, inputWords);
  const credentials =
    given.credentials === undefined
      ? null
      : (vendor.newCredentials ?? vendor.credentials).safeParse(given.credentials, inputWords);
  const faults = [
    ...faultsOf(settings, 'body.settings'),
    ...(credentials === null ? [] : faultsOf(credentials, 'body.credentials')),
    ...(settings.success && state === 'complete' ? missing(settings.data, traitsOf(vendor)).map(inBody) : []),
  ];
  if (!settings.success || faults.length > 0) throw refuse(faults);
  return settings.data;
}

const faultsOf = (parsed: z.ZodSafeParseResult<unknown>, under: string): FieldError[] =>
  parsed.success ? [] : fieldErrors(parsed.error, under);

/** @throws FulcrumError `input.invalid`, naming every contradiction */
export const checkSense = (vendor: AnyVendor, settings: CommonSettings): void =>
  refuseAny(contradictions(settings, traitsOf(vendor)));

/** @throws FulcrumError `input.invalid`, naming the stages there are */
export const checkStages = (settings: CommonSettings, stages: readonly StageName[]): void =>
  refuseAny(stageErrors(settings, stages));

/** @throws FulcrumError `input.invalid` where the account has no such user, or not with the role that the set-up asks for */
export function checkServiceUser(
  vendor: AnyVendor,
  user: { id: string; accessRole: string | null } | null,
): asserts user is NonNullable<typeof user> {
  refuseAny(serviceUserErrors(user, traitsOf(vendor)));
}

/** @throws FulcrumError `input.invalid` for assessments that the vendor does not list, naming those there are */
export function checkAssessments(
  vendor: AnyVendor,
  settings: CommonSettings,
  listed: readonly CatalogueEntry[],
): void {
  const isListed = (reference: string): boolean =>
    listed.some((one) => vendor.isMeant?.(reference, one) ?? one.id === reference);
  refuseAny(assessmentErrors(settings, traitsOf(vendor), listed, isListed));
}

/** Settings after a change: given keys replace, null takes a key back to its default. */
export function mergeSettings(
  present: Record<string, unknown>,
  change: Record<string, unknown>,
): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries({ ...present, ...change }).filter(([, value]) => value !== null && value !== undefined),
  );
}
