import { randomUUID } from 'node:crypto';
import type { Note, NoteField, Opportunity } from './model';
import type { LeverState } from './state';

interface NewNote {
  value: string;
  user: string | null;
  secret?: boolean | undefined;
  score?: number | undefined;
  createdAt?: number | undefined;
  /** Written on the candidate's page. */
  byHand?: boolean | undefined;
  /** The note that this one comments on; a comment is one more field of it. */
  commentOn?: Note | undefined;
}

/** Writes a note or a comment. As recorded live it moves `lastInteractionAt` and leaves `updatedAt` alone. */
export function addNote(state: LeverState, opportunity: Opportunity, input: NewNote): Note {
  const createdAt = input.createdAt ?? state.now();
  const field: NoteField = {
    createdAt,
    score: input.score ?? null,
    stage: opportunity.stage,
    text: 'Comment',
    type: 'note',
    user: input.user,
    value: input.value,
  };
  opportunity.lastInteractionAt = state.now();
  if (input.commentOn) {
    input.commentOn.fields.push(field);
    return input.commentOn;
  }
  const note: Note = {
    id: randomUUID(),
    text: 'Note',
    fields: [field],
    user: input.user,
    secret: input.secret ?? false,
    completedAt: createdAt,
    deletedAt: null,
    createdAt,
    ...(input.byHand ? { byHand: true } : {}),
  };
  state.notes(opportunity.id).push(note);
  return note;
}
