import type { StageName } from '../connection';
import { findStage } from '../connection';
import type { SettingsError } from './error';
import type { CommonSettings } from './schema';

/** Every stage that the settings name, under the path of its name. */
const namedStages = (settings: CommonSettings): { path: string; idOrName: string; moves: boolean }[] => [
  ...settings.triggerStages.map((idOrName, index) => ({
    path: `triggerStages.${index}`,
    idOrName,
    moves: false,
  })),
  ...(settings.resultsStage === undefined
    ? []
    : [{ path: 'resultsStage', idOrName: settings.resultsStage, moves: true }]),
  ...Object.entries(settings.resultsStages).flatMap(([trigger, idOrName]) => {
    const path = `resultsStages.${trigger}`;
    return [
      { path, idOrName: trigger, moves: false },
      { path, idOrName, moves: true },
    ];
  }),
  ...settings.movesFrom.map((idOrName, index) => ({ path: `movesFrom.${index}`, idOrName, moves: false })),
  ...settings.thresholds.flatMap(({ stage }, index) =>
    stage === undefined ? [] : [{ path: `thresholds.${index}.stage`, idOrName: stage, moves: true }],
  ),
];

export const namesStages = (settings: CommonSettings): boolean => namedStages(settings).length > 0;

/**
 * Stages that the account does not have, and results that would move the candidate into a trigger stage and so invite
 * again (decision 0005).
 */
export function stageErrors(settings: CommonSettings, stages: readonly StageName[]): SettingsError[] {
  const known = stages.map((stage) => `"${stage.text}" (${stage.id})`).join(', ');
  const triggers = new Set(settings.triggerStages.map((idOrName) => findStage(stages, idOrName)?.id));
  const named = namedStages(settings).flatMap(({ path, idOrName, moves }): SettingsError[] => {
    const stage = findStage(stages, idOrName);
    if (stage === null) {
      return [{ path, message: `the Lever account has no stage "${idOrName}"; its stages are ${known}` }];
    }
    if (!moves || !triggers.has(stage.id)) return [];
    return [{ path, message: `"${stage.text}" is a trigger stage: moving results there would invite again` }];
  });
  const idle = Object.keys(settings.resultsStages).flatMap((trigger): SettingsError[] => {
    const stage = findStage(stages, trigger);
    if (stage === null || triggers.has(stage.id)) return [];
    const message = `"${stage.text}" is no trigger stage, so nobody is invited from it`;
    return [{ path: `resultsStages.${trigger}`, message }];
  });
  return [...named, ...idle];
}
