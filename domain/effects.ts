import type { PlanTrigger } from './reduction';

/** One change to Lever, which is exactly one writing request; or a question, which waits for a person as if it had failed. */
export type Effect =
  | { kind: 'addTags'; tags: string[] }
  | { kind: 'removeTags'; tags: string[] }
  | { kind: 'addLinks'; links: string[] }
  | { kind: 'removeLinks'; links: string[] }
  | {
      kind: 'note';
      text: string;
      /** Where it is left instead of on the run's own opportunity. */
      on?: Candidacy;
    }
  | { kind: 'file'; fileId: string; name: string; contentType: string; size: number }
  | {
      kind: 'stage';
      stageId: string;
      /** Ids of stages: a candidate who is in none of them stays where they are (`domain/moves.ts`). */
      onlyFrom?: string[];
    }
  | { kind: 'archive'; reasonId: string }
  /** Nothing is written: it is open until somebody dismisses it. */
  | { kind: 'ask'; question: string }
  | NewOpportunityEffect;

/** A person's open opportunity of one posting. The person is found by the contact, without one by the e-mail address. */
export interface Candidacy {
  postingId: string;
  contactId: string | null;
  email: string | null;
}

/** The candidate in another job: Lever cannot add a posting to an opportunity, so this makes one beside it. */
export interface NewOpportunityEffect extends Candidacy {
  kind: 'createOpportunity';
  name: string;
  tags: string[];
}

/**
 * Lever takes uploads of 30 MB, form and all (lever-api 5.4), and does not say whether a MB is 1000² or 1024²
 * bytes. 28 MiB are 29.4 million bytes, which with the form around them is less either way.
 */
export const largestFileBytes = 28 * 1024 * 1024;

export type EffectKind = Effect['kind'];

/**
 * What a repeat of each kind does in Lever (lever-api 3.2): it changes nothing, or it doubles what is there, and then the hub
 * looks before it writes (decision 0008).
 */
const repeats = {
  addTags: 'changes nothing',
  removeTags: 'changes nothing',
  addLinks: 'changes nothing',
  removeLinks: 'changes nothing',
  note: 'doubles',
  file: 'doubles',
  stage: 'changes nothing',
  archive: 'changes nothing',
  ask: 'changes nothing',
  createOpportunity: 'doubles',
} as const satisfies Record<EffectKind, 'changes nothing' | 'doubles'>;

/** Kinds that a repeat would double. */
export type DoubledKind = {
  [Kind in EffectKind]: (typeof repeats)[Kind] extends 'doubles' ? Kind : never;
}[EffectKind];

export const isDoubled = <Any extends { kind: EffectKind }>(
  effect: Any,
): effect is Any & { kind: DoubledKind } => repeats[effect.kind] === 'doubles';

/** What shows how the candidate stands, of which there is only one. */
export const statusSlot = 'status';

/** Whether an effect says how the candidate stands or where they go, which of several runs only the newest does. */
export const speaksForCandidate = (effect: PlannedEffect): boolean =>
  effect.kind === 'stage' || effect.slot === statusSlot;

/**
 * An effect in its place. Effects whose `after` is done run together; the others wait. An effect that fails for
 * good holds back only what truly depends on it, so a status tag is never added while the old one could not be taken away
 * (decision 0006).
 */
export type PlannedEffect = Effect & {
  /** Unique in its plan, and the same whenever the plan is computed again, so that a repeat finds its traces. */
  key: string;
  /** Keys of the same plan that must be done first. */
  after?: string[];
  /**
   * What this effect sets of which there is only one, e.g. `status`. A later plan that sets the same slot
   * makes what is still undone of an earlier one pointless, and harmful if it were retried.
   */
  slot?: string;
};

/** What one event of a run's life writes to Lever. */
export interface Plan {
  trigger: PlanTrigger;
  /** Unique in the run, the same at every replay or reset: `invited`, `reminded-1`, … */
  id: string;
  effects: PlannedEffect[];
  /** Tells of a trouble, as far as Lever takes it: what is refused of it is noted, and asks for nobody. */
  isBestEffort?: boolean;
}

/** The name of one effect in a run, for operators, notes' markers and the API: `<plan id>/<key>`. */
export const effectId = (planId: string, key: string): string => `${planId}/${key}`;

/** Faults of a plan that its author must mend; empty when it can be carried out. */
export function planErrors(plan: Plan): string[] {
  const faults: string[] = [];
  const seen = new Set<string>();
  for (const effect of plan.effects) {
    if (seen.has(effect.key)) faults.push(`${plan.id}: the key ${effect.key} is used twice`);
    for (const needed of effect.after ?? []) {
      // Only backward references: that makes circles impossible.
      if (!seen.has(needed))
        faults.push(`${plan.id}: ${effect.key} waits for ${needed}, which does not come before it`);
    }
    const error = effectError(effect);
    if (error !== null) faults.push(`${plan.id}: ${effect.key} ${error}`);
    seen.add(effect.key);
  }
  return faults;
}

/** What has to be found by its person before the effect can be written. */
function candidacyOf(effect: Effect): Candidacy | null {
  if (effect.kind === 'createOpportunity') return effect;
  return effect.kind === 'note' ? (effect.on ?? null) : null;
}

function effectError(effect: Effect): string | null {
  if (effect.kind === 'file' && effect.size > largestFileBytes)
    return `is a file of ${effect.size} bytes, and Lever takes ${largestFileBytes}`;
  const candidacy = candidacyOf(effect);
  if (candidacy !== null && candidacy.contactId === null && candidacy.email === null)
    return 'names neither contact nor e-mail address, so that nobody could find it again';
  return null;
}
