import { formatDuration } from '../durations';
import type { SettingsError, VendorTraits } from './error';
import type { CommonSettings } from './schema';
import { plainTag } from './schema';
import type { TextName } from './texts';
import { textFields, unknownFields } from './texts';

/**
 * What cannot be meant although each setting by itself is well formed. Looked at when settings are saved, and only then: a
 * connection that was saved goes on.
 */

export const contradictions = (
  settings: CommonSettings & { assessmentsByTag?: Record<string, string> },
  vendor: VendorTraits,
): SettingsError[] => [
  ...reminderErrors(settings, vendor),
  ...textErrors(settings),
  ...thresholdErrors(settings),
  ...tagMapErrors(settings.assessmentsByTag ?? {}, Object.values(settings.tags)),
  ...(settings.shows.file === true && !vendor.writesFiles
    ? [{ path: 'shows.file', message: `${vendor.label} gives no file that could be attached; leave it out` }]
    : []),
];

function reminderErrors({ reminders, expiresAfter }: CommonSettings, vendor: VendorTraits): SettingsError[] {
  return reminders.flatMap((reminder, index) => {
    const fieldError = (message: string): SettingsError[] => [{ path: `reminders.${index}`, message }];
    if (vendor.startsRuns) return fieldError(`${vendor.label} invites by itself, so the hub reminds nobody`);
    if (reminder === 'half') {
      return expiresAfter !== null || vendor.tellsEnd
        ? []
        : fieldError(
            `half needs a deadline: expiresAfter is never, and ${vendor.label} sets none of its own. Give expiresAfter a duration, or the reminder one, such as 3d`,
          );
    }
    return expiresAfter === null || reminder < expiresAfter
      ? []
      : fieldError(
          `a reminder after ${formatDuration(reminder)} never goes out, because the time is over after ${formatDuration(expiresAfter)} (expiresAfter); give an earlier one, or more time`,
        );
  });
}

function textErrors({ note, texts }: CommonSettings): SettingsError[] {
  const given: [TextName, string, string | undefined][] = [
    ['note', 'note', note === false ? undefined : note],
    ...Object.entries(texts).map(([name, text]): [TextName, string, string | undefined] => [
      name as TextName,
      `texts.${name}`,
      text,
    ]),
  ];
  return given.flatMap(([name, path, text]) => {
    const unknown = unknownFields(name, text ?? '');
    if (unknown.length === 0) return [];
    const listed = (names: readonly string[]): string => names.map((each) => `{${each}}`).join(', ');
    return [
      { path, message: `it has no field ${listed(unknown)}; its fields are ${listed(textFields[name])}` },
    ];
  });
}

function thresholdErrors({ thresholds, tags }: CommonSettings): SettingsError[] {
  const reached = thresholds.map(({ min, band }) =>
    band === undefined ? `at ${min}` : `by ${band.toLowerCase()}`,
  );
  return thresholds.flatMap((threshold, index) => {
    const path = `thresholds.${index}`;
    if (threshold.tag === undefined && threshold.stage === undefined) {
      return [{ path, message: 'it triggers nothing; give a tag, a stage, or both' }];
    }
    if (reached.indexOf(reached[index] ?? '') < index) {
      return [{ path, message: 'another threshold has the same condition; combine the two' }];
    }
    if (threshold.tag !== undefined && Object.values(tags).includes(threshold.tag)) {
      const message = `"${threshold.tag}" already shows the state of an assessment; choose another text`;
      return [{ path: `${path}.tag`, message }];
    }
    return [];
  });
}

function tagMapErrors(map: Record<string, string>, statusTags: string[]): SettingsError[] {
  const keys = Object.keys(map);
  const plain = keys.map(plainTag);
  return keys.flatMap((key, index) => {
    const path = `assessmentsByTag.${key}`;
    const tag = plain[index] ?? '';
    if (plain.indexOf(tag) < index) {
      return [{ path, message: `"${key}" is listed twice: only spaces or the way it is typed differ` }];
    }
    return statusTags.some((status) => plainTag(status) === tag)
      ? [{ path, message: `"${key}" shows the state of an assessment, so it cannot ask for one` }]
      : [];
  });
}
