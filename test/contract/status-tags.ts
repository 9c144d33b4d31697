import type { PlannedEffect } from '../../domain/effects';
import { statusSlot } from '../../domain/effects';
import type { PlanTrigger } from '../../domain/reduction';
import type { CommonSettings } from '../../domain/settings/schema';
import type { PlanInput } from '../../vendors/define';

/** Ways through a run, late news after its end included; for each trigger those that are about it. */
const livesOf = {
  // The next run of the same candidate finds the tags of the last one.
  invited: [['invited', 'expired', 'invited', 'started', 'completed', 'invited']],
  started: [['invited', 'started', 'declined']],
  progress: [['invited', 'started', 'progress', 'completed']],
  completed: [['invited', 'completed', 'completed']],
  expired: [['invited', 'expired', 'completed']],
  declined: [['invited', 'completed', 'declined']],
  cancelled: [['invited', 'cancelled']],
  failed: [['failed'], ['invited', 'failed', 'completed']],
  // The tag of another run stays beside its own; the next run takes both away.
  skipped: [['skipped', 'invited', 'completed']],
  doubt: [['cancelled', 'doubt', 'completed']],
  reminded: [['invited', 'reminded', 'expired', 'completed']],
} satisfies Record<PlanTrigger, PlanTrigger[][]>;
const lives: PlanTrigger[][] = Object.values(livesOf).flat();

type Plan = (trigger: PlanTrigger, change: Partial<PlanInput<CommonSettings>>) => PlannedEffect[];

/**
 * Carries the plans of whole lives out, effect by effect in their order, and names each place where Lever would show
 * two of the tags that speak for the status (decision 0026).
 */
export function twoStatusTags(plan: Plan): string[] {
  const inherited = 'inherited';
  const planned = (trigger: PlanTrigger, presentTags: string[]): PlannedEffect[] =>
    plan(trigger, { presentTags, inheritTags: trigger === 'invited' ? [inherited] : [] });
  const states = new Set(
    lives
      .flat()
      .flatMap((trigger) => planned(trigger, []))
      .flatMap((effect) => (effect.kind === 'addTags' && effect.slot === statusSlot ? effect.tags : []))
      .filter((tag) => tag !== inherited),
  );
  return lives.flatMap((life) => {
    const tags = new Set<string>();
    return life.flatMap((trigger, index) =>
      planned(trigger, [...tags]).flatMap((effect) => {
        if (effect.kind === 'addTags') for (const tag of effect.tags) tags.add(tag);
        if (effect.kind === 'removeTags') for (const tag of effect.tags) tags.delete(tag);
        const shown = [...tags].filter((tag) => states.has(tag));
        return shown.length > 1 ? [`${life.slice(0, index + 1).join(' > ')}: ${shown.join(' and ')}`] : [];
      }),
    );
  });
}
