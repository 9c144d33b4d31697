import type { SettingsError, VendorTraits } from './error';
import type { CommonSettings } from './schema';

/** The settings that name assessments of the vendor. */
const naming = ['mapping', 'defaultAssessment', 'assessmentsByTag'] as const;

/** Whether a change names assessments to invite to, so that the vendor has to be asked for its list. */
export const touchesAssessments = (change: Record<string, unknown>, vendor: VendorTraits): boolean =>
  !vendor.startsRuns && naming.some((name) => change[name] !== undefined && change[name] !== null);

type Settings = CommonSettings & { assessmentsByTag?: Record<string, string> };

function namedAssessments(settings: Settings): { path: string; reference: string }[] {
  const listed = ['mapping', 'assessmentsByTag'] as const;
  return [
    ...listed.flatMap((name) =>
      Object.entries(settings[name] ?? {}).map(([key, reference]) => ({ path: `${name}.${key}`, reference })),
    ),
    ...(settings.defaultAssessment === undefined
      ? []
      : [{ path: 'defaultAssessment', reference: settings.defaultAssessment }]),
  ];
}

/** Enough to recognise what was meant, without a page of names. */
const mostShown = 20;

/**
 * Assessments that the vendor does not list, with those there are.
 * @param isListed whether a reference of the settings means one of them
 */
export function assessmentErrors(
  settings: CommonSettings,
  { label }: VendorTraits,
  listed: readonly { id: string; name: string }[],
  isListed: (reference: string) => boolean,
): SettingsError[] {
  const shown = listed.slice(0, mostShown).map(({ id, name }) => (name === id ? id : `${id} (${name})`));
  const more = listed.length > mostShown ? ` and ${listed.length - mostShown} more` : '';
  const has = shown.length === 0 ? 'it has none' : `it has ${shown.join(', ')}${more}`;
  return namedAssessments(settings).flatMap(({ path, reference }): SettingsError[] =>
    isListed(reference)
      ? []
      : [{ path, message: `${label} has no assessment "${reference}" that it could send; ${has}` }],
  );
}
