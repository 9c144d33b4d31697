import { createHash } from 'node:crypto';
import type { Question } from '../kit/candidate';
import type { Invitation, QuestionnaireName } from './state';
import { questionnaireNames } from './state';

/** A few questions of each kind, and scores that are the same whenever the same person answers. */

const agree = ['Not at all', 'A little', 'Rather', 'Fully'];

export const questions: Record<QuestionnaireName, readonly Question[]> = {
  swipe: [
    { id: 'swipe-1', text: 'Which is more like you?', choices: ['I decide quickly', 'I weigh everything'] },
    { id: 'swipe-2', text: 'And which of these?', choices: ['I like to lead', 'I like to support'] },
    { id: 'swipe-3', text: 'And of these?', choices: ['I keep to a plan', 'I see what comes'] },
  ],
  drive: [
    { id: 'drive-1', text: 'Learning new things keeps me going.', choices: agree },
    { id: 'drive-2', text: 'I want others to see what I achieve.', choices: agree },
    { id: 'drive-3', text: 'A calm week is a good week.', choices: agree },
  ],
  brain: [
    { id: 'brain-1', text: 'Which number comes next: 2, 6, 12, 20?', choices: ['28', '30', '32'] },
    { id: 'brain-2', text: 'Which word does not belong?', choices: ['Rose', 'Tulip', 'Oak'] },
  ],
  voice: [{ id: 'voice-1', text: 'Say in a few sentences why you chose your trade.' }],
};

export const labels: Record<QuestionnaireName, string> = {
  swipe: 'SWIPE: your personality',
  drive: 'DRIVE: what motivates you',
  brain: 'BRAIN: how you decide',
  voice: 'VOICE: in your own words',
};

/** From 50 to 97. */
const scoreOf = (seed: string): number => 50 + ((createHash('sha256').update(seed).digest()[0] ?? 0) % 48);

/** Only a model makes scores; the sum and the comparisons exist once all of it is completed. */
export function scoresOf(
  invitation: Invitation,
  demanded: readonly QuestionnaireName[],
): Record<string, number | null> | null {
  if (invitation.modelUuid === null) return null;
  const seed = `${invitation.candidateUuid}/${invitation.modelUuid}`;
  const parts = questionnaireNames.map((name): [QuestionnaireName, number | null] => [
    name,
    invitation.completed[name] === undefined ? null : (invitation.scores[name] ?? scoreOf(`${seed}/${name}`)),
  ]);
  const done = parts.flatMap(([, score]) => score ?? []);
  const isDone = demanded.every((name) => invitation.completed[name] !== undefined);
  const mean = Math.round(done.reduce((sum, score) => sum + score, 0) / Math.max(done.length, 1));
  const whole = (name: string, otherwise: number): number | null =>
    isDone ? (invitation.scores[name] ?? otherwise) : null;
  return {
    global: whole('global', mean),
    ...Object.fromEntries(parts),
    manager_fit: whole('manager_fit', scoreOf(`${seed}/manager`)),
    a_player: whole('a_player', scoreOf(`${seed}/a-player`)),
  };
}
