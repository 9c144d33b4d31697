import type { z } from 'zod';
import { findStage, type StageName } from '../../domain/connection';
import type { CommonSettings } from '../../domain/settings';
import type { AnyVendor } from '../../vendors/define';
import { inputWords } from '../middleware/input-words';
import { fieldFaults, InputError } from '../middleware/problem';
import type { FieldFault } from '../middleware/problem-document';

export const refuse = (faults: FieldFault[]): InputError =>
  new InputError(
    'input.invalid',
    `Correct the connection: ${faults.map((fault) => `${fault.path}: ${fault.message}`).join('; ')}`,
    faults,
  );

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
    ...(settings.success && state === 'complete' ? missing(vendor, settings.data) : []),
  ];
  if (!settings.success || faults.length > 0) throw refuse(faults);
  return settings.data;
}

const faultsOf = (parsed: z.ZodSafeParseResult<unknown>, under: string): FieldFault[] =>
  parsed.success ? [] : fieldFaults(parsed.error, under);

/** What the vendor's set-up asks for and the settings lack. */
function missing(vendor: AnyVendor, settings: CommonSettings): FieldFault[] {
  const faults: FieldFault[] = [];
  if (vendor.serviceUser !== undefined && settings.serviceUserEmail === undefined) {
    faults.push({
      path: 'body.settings.serviceUserEmail',
      message: `${vendor.label} needs a Lever user in whose name it writes; give the e-mail address of one whose access role is "${vendor.serviceUser.role}"`,
    });
  }
  if (vendor.asksForStage === true && settings.triggerStages.length === 0) {
    faults.push({
      path: 'body.settings.triggerStages',
      message: `${vendor.label} needs the stage whose candidates are invited; give the id that Lever reveals under Settings > Pipeline and archive reasons`,
    });
  }
  return faults;
}

/** Every stage that the settings name, under the path of its name. */
function namedStages(settings: CommonSettings): { path: string; idOrName: string; moves: boolean }[] {
  return [
    ...settings.triggerStages.map((idOrName, index) => ({
      path: `body.settings.triggerStages.${index}`,
      idOrName,
      moves: false,
    })),
    ...(settings.resultsStage === undefined
      ? []
      : [{ path: 'body.settings.resultsStage', idOrName: settings.resultsStage, moves: true }]),
    ...Object.entries(settings.resultsStages).flatMap(([trigger, idOrName]) => {
      const path = `body.settings.resultsStages.${trigger}`;
      return [
        { path, idOrName: trigger, moves: false },
        { path, idOrName, moves: true },
      ];
    }),
    ...settings.movesFrom.map((idOrName, index) => ({
      path: `body.settings.movesFrom.${index}`,
      idOrName,
      moves: false,
    })),
    ...settings.thresholds.flatMap(({ stage }, index) =>
      stage === undefined
        ? []
        : [{ path: `body.settings.thresholds.${index}.stage`, idOrName: stage, moves: true }],
    ),
  ];
}

/**
 * Refuses stages that the account does not have, and a result that would move the candidate into a trigger stage and so
 * invite again (decision 0005).
 * @throws FulcrumError `input.invalid`, naming the stages there are
 */
export function checkStages(settings: CommonSettings, stages: readonly StageName[]): void {
  const known = stages.map((stage) => `"${stage.text}" (${stage.id})`).join(', ');
  const triggers = new Set(settings.triggerStages.map((idOrName) => findStage(stages, idOrName)?.id));
  const faults = namedStages(settings).flatMap(({ path, idOrName, moves }): FieldFault[] => {
    const stage = findStage(stages, idOrName);
    if (stage === null) {
      return [{ path, message: `the Lever account has no stage "${idOrName}"; its stages are ${known}` }];
    }
    if (moves && triggers.has(stage.id)) {
      return [
        { path, message: `"${stage.text}" is a trigger stage: moving results there would invite again` },
      ];
    }
    return [];
  });
  for (const trigger of Object.keys(settings.resultsStages)) {
    const stage = findStage(stages, trigger);
    if (stage !== null && !triggers.has(stage.id)) {
      const path = `body.settings.resultsStages.${trigger}`;
      faults.push({ path, message: `"${stage.text}" is no trigger stage, so nobody is invited from it` });
    }
  }
  if (faults.length > 0) throw refuse(faults);
}

export const namesStages = (settings: CommonSettings): boolean => namedStages(settings).length > 0;

/** Without the address: why a connection waits is kept in plain text. */
export const unknownServiceUser = (): InputError =>
  refuse([
    {
      path: 'body.settings.serviceUserEmail',
      message:
        'the Lever account has no active user with the e-mail address in serviceUserEmail; use that of an active one',
    },
  ]);

/** @throws FulcrumError `input.invalid` for a user whose access role is not the one that the vendor's set-up asks for */
export function checkServiceUser(vendor: AnyVendor, accessRole: string | null): void {
  const wanted = vendor.serviceUser?.role;
  if (wanted === undefined || accessRole?.toLowerCase() === wanted) return;
  const is =
    accessRole === null ? 'shows no access role in Lever' : `has the access role "${accessRole}" in Lever`;
  throw refuse([
    {
      path: 'body.settings.serviceUserEmail',
      message: `the user with the e-mail address in serviceUserEmail ${is}; ${vendor.label} needs "${wanted}". Have a Super Admin make a service user of its own with that role, or raise this user's role`,
    },
  ]);
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
