import type { CommonSettings } from '../../domain/settings';
import { settingsFaults } from '../../domain/settings-faults';
import type { AnyVendor, CatalogueEntry } from '../../vendors/define';
import type { FieldFault } from '../middleware/problem-document';
import { refuse } from './settings';

/** What is looked at only when settings are saved: whether they can be meant, and whether the vendor has what they name. */

type Settings = CommonSettings & { assessmentsByTag?: Record<string, string> };

/** @throws FulcrumError `input.invalid`, naming every contradiction */
export function checkSense(vendor: AnyVendor, settings: CommonSettings): void {
  const faults = settingsFaults(settings, {
    label: vendor.label,
    tellsEnd: vendor.tellsEnd === true,
    writesFiles: vendor.lever.writesFiles,
    startsRuns: vendor.startsRuns !== undefined,
  });
  if (faults.length > 0) {
    throw refuse(faults.map(({ path, message }) => ({ path: `body.settings.${path}`, message })));
  }
}

/** The settings that name assessments of the vendor. */
const naming = ['mapping', 'defaultAssessment', 'assessmentsByTag'] as const;

/** Whether a change names assessments to invite to, so that the vendor has to be asked for its list. */
export const touchesAssessments = (vendor: AnyVendor, change: Record<string, unknown>): boolean =>
  vendor.startsRuns === undefined &&
  naming.some((name) => change[name] !== undefined && change[name] !== null);

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

/** @throws FulcrumError `input.invalid` for assessments that the vendor does not list, naming those there are */
export function checkAssessments(
  vendor: AnyVendor,
  settings: CommonSettings,
  listed: readonly CatalogueEntry[],
): void {
  const isListed = (reference: string): boolean =>
    listed.some((one) => vendor.isMeant?.(reference, one) ?? one.id === reference);
  const shown = listed.slice(0, mostShown).map(({ id, name }) => (name === id ? id : `${id} (${name})`));
  const more = listed.length > mostShown ? ` and ${listed.length - mostShown} more` : '';
  const has = shown.length === 0 ? 'it has none' : `it has ${shown.join(', ')}${more}`;
  const faults = namedAssessments(settings).flatMap(({ path, reference }): FieldFault[] =>
    isListed(reference)
      ? []
      : [
          {
            path: `body.settings.${path}`,
            message: `${vendor.label} has no assessment "${reference}" that it could send; ${has}`,
          },
        ],
  );
  if (faults.length > 0) throw refuse(faults);
}
