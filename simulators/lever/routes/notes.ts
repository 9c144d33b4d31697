import { randomUUID } from 'node:crypto';
import { Router } from 'express';
import { z } from 'zod';
import { requireScope } from '../auth/credentials';
import { badRequest } from '../errors';
import type { Note, NoteField } from '../model';
import { newestFirst, pageOf, readLimit } from '../paging';
import { createdNoteJson } from '../render';
import type { LeverState } from '../state';
import { guardConfidential } from './opportunity-filters';
import { one, param, parseBody, performAs, sendPageOf } from './query';

const createBody = z.object({
  value: z.string().min(1),
  secret: z.boolean().optional(),
  score: z.number().int().min(1).max(4).optional(),
  notifyFollowers: z.boolean().optional(),
  createdAt: z.number().int().optional(),
});
const updateBody = z.object({ values: z.array(z.object({ value: z.string().min(1) })).min(1) });

/** Notes of an opportunity. Repeating a POST makes a second note; no key of the caller's is kept. */
export function noteRoutes(state: LeverState): Router {
  const router = Router();
  router.use('/:id/notes', requireScope('notes'));
  router.param('id', guardConfidential(state));

  router.get('/:id/notes', (req, res) => {
    const { id } = state.opportunity(param(req, 'id'));
    const page = pageOf(state.notes(id), newestFirst, readLimit(one(req, 'limit')), one(req, 'offset'));
    sendPageOf(res, page as { items: Note[]; next?: string }, (note) => note);
  });

  router.get('/:id/notes/:note', (req, res) => {
    const { id } = state.opportunity(param(req, 'id'));
    res.json({ data: state.note(id, param(req, 'note')) });
  });

  router.post('/:id/notes', (req, res) => {
    const user = performAs(req, state, 'optional');
    const opportunity = state.opportunity(param(req, 'id'));
    const body = parseBody(createBody, req);
    const createdAt = body.createdAt ?? state.now();
    if (createdAt > state.now()) throw badRequest('createdAt must be in the past');
    const field: NoteField = {
      createdAt,
      score: body.score ?? null,
      stage: opportunity.stage,
      text: 'Comment',
      type: 'note',
      user,
      value: body.value,
    };
    // Recorded live: a note moves lastInteractionAt and leaves updatedAt alone.
    opportunity.lastInteractionAt = state.now();
    const existing = one(req, 'note_id');
    if (existing !== undefined) {
      const note = state.note(opportunity.id, existing);
      note.fields.push(field);
      res.status(201).json({ data: createdNoteJson(note) });
      return;
    }
    const note: Note = {
      id: randomUUID(),
      text: 'Note',
      fields: [field],
      user,
      secret: body.secret ?? false,
      completedAt: createdAt,
      deletedAt: null,
      createdAt,
    };
    state.notes(opportunity.id).push(note);
    res.status(201).json({ data: createdNoteJson(note) });
  });

  router.put('/:id/notes/:note', (req, res) => {
    const note = state.note(state.opportunity(param(req, 'id')).id, param(req, 'note'));
    const { values } = parseBody(updateBody, req);
    if (values.length !== note.fields.length)
      throw badRequest(`values must have ${note.fields.length} entries`);
    values.forEach(({ value }, i) => (note.fields[i]!.value = value));
    res.json({ data: { noteId: note.id } });
  });

  router.delete('/:id/notes/:note', (req, res) => {
    const { id } = state.opportunity(param(req, 'id'));
    const note = state.note(id, param(req, 'note'));
    const notes = state.notes(id);
    notes.splice(notes.indexOf(note), 1);
    res.status(204).end();
  });

  return router;
}
