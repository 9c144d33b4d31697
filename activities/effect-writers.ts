import { createHash } from 'node:crypto';
import { activityInfo } from '@temporalio/activity';
import type { Candidacy, DoubledKind, Effect, EffectKind } from '../domain/effects';
import { FulcrumError } from '../domain/errors';
import type { LeverClient } from '../lever/client';
import type { ActivityDeps } from './deps';
import type { EffectCall } from './types';

/** How each kind of effect is written to Lever, and how one is found there that a repeat would double. */

type Call<Kind extends EffectKind> = Omit<EffectCall, 'effect'> & { effect: Extract<Effect, { kind: Kind }> };

/** Kinds that are one writing request; a move is looked at first (`lever-moves.ts`). */
type WrittenKind = Exclude<EffectKind, 'stage'>;

const finders: { [Kind in DoubledKind]: (lever: LeverClient, call: Call<Kind>) => Promise<boolean> } = {
  note: hasNote,
  file: hasFile,
  createOpportunity: async (lever, { effect }) => (await openCandidacy(lever, effect)) !== null,
};

const writers: {
  [Kind in WrittenKind]: (
    lever: LeverClient,
    call: Call<Kind>,
    how: { deps: ActivityDeps; deadlineAt: number },
  ) => Promise<unknown>;
} = {
  addTags: (lever, { opportunityId, effect }) => lever.addTags(opportunityId, effect.tags),
  removeTags: (lever, { opportunityId, effect }) => lever.removeTags(opportunityId, effect.tags),
  addLinks: (lever, { opportunityId, effect }) => lever.addLinks(opportunityId, effect.links),
  removeLinks: (lever, { opportunityId, effect }) => lever.removeLinks(opportunityId, effect.links),
  note: async (lever, { opportunityId, assessmentId, effectId, effect: { on, text } }) =>
    lever.addNote(
      on === undefined ? opportunityId : await bearerOf(lever, on),
      `${text}\n\n${noteMarker(assessmentId, effectId)}`,
    ),
  file: async (lever, { opportunityId, effect }, { deps, deadlineAt }) => {
    const { size, stream } = await deps.files.open(effect.fileId);
    const file = { name: effect.name, contentType: effect.contentType, size, content: stream };
    return lever.addFile(opportunityId, file, { deadlineAt });
  },
  createOpportunity: (lever, { effect }) => lever.createOpportunity(effect),
  archive: (lever, { opportunityId, effect }) => lever.archive(opportunityId, effect.reasonId),
  ask: () => {
    throw new FulcrumError('internal', 'A question is for a person, and nothing to be written.');
  },
};

// Below, each kind meets the function of its own kind; TypeScript cannot pair them by itself.

/** Whether Lever shows it already. */
export const findExisting = (lever: LeverClient, call: Call<DoubledKind>): Promise<boolean> =>
  (finders[call.effect.kind] as (lever: LeverClient, call: Call<DoubledKind>) => Promise<boolean>)(
    lever,
    call,
  );

/** One request. @param deadlineAt of an upload, ms since 1970 */
export async function writeEffect(
  deps: ActivityDeps,
  lever: LeverClient,
  call: Call<WrittenKind>,
  deadlineAt: number,
): Promise<void> {
  const write = writers[call.effect.kind] as (typeof writers)['ask'] as (
    lever: LeverClient,
    call: Call<WrittenKind>,
    how: { deps: ActivityDeps; deadlineAt: number },
  ) => Promise<unknown>;
  await write(lever, call, { deps, deadlineAt });
}

/** Lever stores no key of ours on a note, so the note's text carries one (lever-api 5.3). */
function noteMarker(assessmentId: string, effectId: string): string {
  const digest = createHash('sha256').update(`${assessmentId}/${effectId}`).digest('hex').slice(0, 12);
  return `[ref ${digest}]`;
}

async function hasNote(
  lever: LeverClient,
  { opportunityId, assessmentId, effectId, effect: { on } }: Call<'note'>,
): Promise<boolean> {
  const bearer = on === undefined ? opportunityId : await openCandidacy(lever, on);
  if (bearer === null) return false;
  const marker = noteMarker(assessmentId, effectId);
  for await (const note of lever.listNotes(bearer)) {
    if (note.text.includes(marker)) return true;
  }
  return false;
}

/** By its name, which holds a piece of its digest (`vendors/plan-kit.ts`), and its size where Lever tells it. */
async function hasFile(
  lever: LeverClient,
  { opportunityId, effect: { name, size } }: Call<'file'>,
): Promise<boolean> {
  for await (const file of lever.listFiles(opportunityId)) {
    if (file.name === name && (file.size ?? size) === size) return true;
  }
  return false;
}

/** Id of the person's open candidacy for the posting, whoever made it: a second one would help nobody. */
async function openCandidacy(
  lever: LeverClient,
  { postingId, contactId, email }: Candidacy,
): Promise<string | null> {
  const person = contactId !== null ? { contactId } : email !== null ? { email } : null;
  if (person === null) {
    throw new FulcrumError('input.invalid', 'An opportunity needs a contact or an e-mail address.');
  }
  const filter = { ...person, postingId, archived: false, confidentiality: 'all' } as const;
  for await (const { id } of lever.listOpportunities(filter)) return id;
  return null;
}

/** Lever's lists may lag behind what was made a moment ago; so many attempts are worth waiting for them. */
const attemptsForLag = 5;

/** Where a note goes that is not for the run's own opportunity. */
async function bearerOf(lever: LeverClient, candidacy: Candidacy): Promise<string> {
  const found = await openCandidacy(lever, candidacy);
  if (found !== null) return found;
  const code = activityInfo().attempt < attemptsForLag ? 'lever.unavailable' : 'lever.not_found';
  throw new FulcrumError(
    code,
    `The person has no open opportunity of posting ${candidacy.postingId}, where a note was to be left.`,
  );
}
