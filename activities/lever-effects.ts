import { activityInfo } from '@temporalio/activity';
import { createHash } from 'node:crypto';
import type { Candidacy, Effect } from '../domain/effects';
import { looksBeforeWriting } from '../domain/effects';
import { FulcrumError } from '../domain/errors';
import type { LeverClient } from '../lever/client';
import { callLever } from './access';
import { ride } from './deps';
import type { ActivityDeps } from './deps';
import { isOvertaken, moveOrLeave, overtaken } from './lever-moves';
import type { EffectCall, LeverActivities } from './types';

/** How a run changes Lever: one effect, one writing request (decisions 0007 and 0008). */
export function createLeverEffects(
  deps: ActivityDeps,
): Pick<LeverActivities, 'lookForEffect' | 'applyEffect'> {
  return {
    lookForEffect: (call) =>
      callLever(deps, call.connectionId, async (lever) => {
        const { workflowExecution } = activityInfo();
        return {
          found: await isThere(lever, call),
          ...(workflowExecution && { runId: workflowExecution.runId }),
        };
      }),

    applyEffect: ({ batch, last, lookedIn, ...call }) =>
      callLever(deps, call.connectionId, async (lever, connection) => {
        const deadlineAt = uploadDeadline(Date.now());
        const recording = ride(deps, batch);
        const { effect, opportunityId } = call;
        if (call.unlessOvertaken === true && (await isOvertaken(deps, call))) {
          return { recorded: await recording, left: overtaken(effect, connection) };
        }
        const written = async () => {
          const recorded = await recording;
          if (last === undefined) return { recorded };
          return { recorded, closed: recorded && (await ride(deps, last)) };
        };
        if (effect.kind === 'stage') {
          const left = await moveOrLeave(lever, connection, opportunityId, effect);
          return left === null ? written() : { recorded: await recording, left };
        }
        // The attempt before may have been written although its answer was lost, or by the run that was reset.
        const { attempt, workflowExecution } = activityInfo();
        const isRepeat = attempt > 1 || (lookedIn !== undefined && lookedIn !== workflowExecution?.runId);
        if (!isRepeat || !looksBeforeWriting(effect.kind) || !(await isThere(lever, call)))
          await write(deps, lever, { ...call, effect }, deadlineAt);
        return written();
      }),
  };
}

/** Lever stores no key of ours on a note, so the note's text carries one (lever-api 5.3). */
export function noteMarker(assessmentId: string, effectId: string): string {
  const digest = createHash('sha256').update(`${assessmentId}/${effectId}`).digest('hex').slice(0, 12);
  return `[ref ${digest}]`;
}

/** Whether Lever shows it already. Effects whose repeat changes nothing are never looked for. */
async function isThere(lever: LeverClient, call: EffectCall): Promise<boolean> {
  const { opportunityId, effect } = call;
  switch (effect.kind) {
    case 'note':
      return hasNote(lever, call, effect);
    case 'file':
      return hasFile(lever, opportunityId, effect);
    case 'createOpportunity':
      return (await openCandidacy(lever, effect)) !== null;
    default:
      return false;
  }
}

async function hasNote(
  lever: LeverClient,
  { opportunityId, assessmentId, effectId }: EffectCall,
  { on }: Extract<Effect, { kind: 'note' }>,
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
  opportunityId: string,
  { name, size }: Extract<Effect, { kind: 'file' }>,
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

async function write(
  deps: ActivityDeps,
  lever: LeverClient,
  call: EffectCall & { effect: Exclude<Effect, { kind: 'stage' }> },
  deadlineAt: number,
): Promise<void> {
  const { opportunityId, effect } = call;
  switch (effect.kind) {
    case 'addTags':
      return lever.addTags(opportunityId, effect.tags);
    case 'removeTags':
      return lever.removeTags(opportunityId, effect.tags);
    case 'addLinks':
      return lever.addLinks(opportunityId, effect.links);
    case 'removeLinks':
      return lever.removeLinks(opportunityId, effect.links);
    case 'note':
      await lever.addNote(
        effect.on === undefined ? opportunityId : await bearerOf(lever, effect.on),
        `${effect.text}\n\n${noteMarker(call.assessmentId, call.effectId)}`,
      );
      return;
    case 'file': {
      const { size, stream } = await deps.files.open(effect.fileId);
      const file = { name: effect.name, contentType: effect.contentType, size, content: stream };
      await lever.addFile(opportunityId, file, { deadlineAt });
      return;
    }
    case 'createOpportunity':
      await lever.createOpportunity(effect);
      return;
    case 'archive':
      return lever.archive(opportunityId, effect.reasonId);
    case 'ask':
      throw new FulcrumError('internal', 'A question is for a person, and nothing to be written.');
    default: {
      const unknown: never = effect;
      throw new TypeError(`unknown effect ${(unknown as Effect).kind}`);
    }
  }
}

/**
 * The largest file takes longer on a slow line than other requests may: an upload has all the time of its activity but
 * for the last sixth, of 30 s the 5 s after which at the earliest a second attempt can begin (decision 0008).
 */
const uploadDeadline = (startedAt: number): number =>
  startedAt + (activityInfo().startToCloseTimeoutMs * 5) / 6;
