import { Router } from 'express';
import { z } from 'zod';
import { requireScope } from '../auth/credentials';
import { badRequest, forbidden } from '../errors';
import type { Note } from '../model';
import { addNote } from '../notes';
import { newestFirst, pageOf, readLimit } from '../paging';
import { createdNoteJson, noteJson } from '../render';
import { type LeverState, removeItem } from '../state';
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
  router.use('/:id/notes', requireScope(state, 'notes'));
  router.param('id', guardConfidential(state));

  router.get('/:id/notes', (req, res) => {
    const { id } = state.opportunity(param(req, 'id'));
    const page = pageOf(state.notes(id), newestFirst(), readLimit(one(req, 'limit')), one(req, 'offset'));
    sendPageOf(res, page, noteJson);
  });

  router.get('/:id/notes/:note', (req, res) => {
    const { id } = state.opportunity(param(req, 'id'));
    res.json({ data: noteJson(state.note(id, param(req, 'note'))) });
  });

  router.post('/:id/notes', (req, res) => {
    const user = performAs(req, state, 'optional');
    const opportunity = state.opportunity(param(req, 'id'));
    const body = parseBody(createBody, req);
    const { noteLimit, repeats } = state.behaviour;
    if (noteLimit !== false && body.value.length > noteLimit) {
      throw badRequest(`value must not be longer than ${noteLimit} characters`);
    }
    if (body.createdAt !== undefined && body.createdAt > state.now())
      throw badRequest('createdAt must be in the past');
    const existing = one(req, 'note_id');
    const commentOn = existing === undefined ? undefined : state.note(opportunity.id, existing);
    const same = state.notes(opportunity.id).find((note) => note.fields[0]?.value === body.value);
    const merged = repeats === 'merged' && !commentOn ? same : undefined;
    const note = merged ?? addNote(state, opportunity, { ...body, user, commentOn });
    res.status(201).json({ data: createdNoteJson(state, note) });
  });

  router.put('/:id/notes/:note', (req, res) => {
    const note = madeByApi(state.note(state.opportunity(param(req, 'id')).id, param(req, 'note')));
    const { values } = parseBody(updateBody, req);
    if (values.length !== note.fields.length)
      throw badRequest(`values must have ${note.fields.length} entries`);
    note.fields.forEach((field, i) => (field.value = values[i]?.value ?? field.value));
    res.json({ data: { noteId: note.id } });
  });

  router.delete('/:id/notes/:note', (req, res) => {
    const { id } = state.opportunity(param(req, 'id'));
    removeItem(state.notes(id), madeByApi(state.note(id, param(req, 'note'))));
    res.status(204).end();
  });

  return router;
}

function madeByApi(note: Note): Note {
  if (note.byHand) throw forbidden('Only notes made through the API can be changed through it');
  return note;
}
