import { randomUUID } from 'node:crypto';
import { extname } from 'node:path';
import { Router } from 'express';
import { requireScope } from '../auth/credentials';
import { LeverError } from '../errors';
import { logEntry } from '../log';
import type { Opportunity, StoredFile } from '../model';
import { fileJson, fileStatus } from '../render-files';
import { type LeverState, removeItem } from '../state';
import { type FilePart, readFilePart } from './multipart';
import { guardConfidential } from './opportunity-filters';
import { param, performAs, sendList, timeWindow } from './query';

/** Files of an opportunity. Repeating an upload makes a second file. */
export function fileRoutes(state: LeverState): Router {
  const router = Router();
  router.use(['/:id/files', '/:id/file_actions'], requireScope(state, 'files'));
  router.param('id', guardConfidential(state));

  router.get('/:id/files', (req, res) => {
    const { id } = state.opportunity(param(req, 'id'));
    const within = timeWindow(req, 'uploaded_at');
    const files = state.files(id).filter((file) => within?.(file.uploadedAt) ?? true);
    const data = files.map((file) => fileJson(state, id, file));
    if (state.behaviour.bareFileList) res.json(data);
    else sendList(res, data);
  });

  // Seen live as an empty list only; nobody shows an item, so the simulated account never has one.
  router.get('/:id/file_actions', (req, res) => {
    state.opportunity(param(req, 'id'));
    sendList(res, []);
  });

  router.post('/:id/files', async (req, res) => {
    performAs(req, state, 'required');
    const opportunity = state.opportunity(param(req, 'id'));
    const part = await readFilePart(req, 'file');
    logEntry(res).body = { file: { name: part.name, size: part.content.length } };
    const same = state
      .files(opportunity.id)
      .find((file) => file.name === part.name && file.content.equals(part.content));
    const file = (state.behaviour.repeats === 'merged' && same) || storeFile(state, opportunity, part);
    res.status(state.behaviour.uploadStatus).json({ data: fileJson(state, opportunity.id, file) });
  });

  router.get('/:id/files/:file', (req, res) => {
    const { id } = state.opportunity(param(req, 'id'));
    res.json({ data: fileJson(state, id, state.file(id, param(req, 'file'))) });
  });

  router.get('/:id/files/:file/download', (req, res) => {
    const { id } = state.opportunity(param(req, 'id'));
    const file = state.file(id, param(req, 'file'));
    if (['unsupported', 'error'].includes(fileStatus(state, file) ?? '')) {
      throw new LeverError(422, 'UnprocessableEntity', `The file ${file.id} could not be processed`);
    }
    res.attachment(file.name).send(file.content);
  });

  router.delete('/:id/files/:file', (req, res) => {
    performAs(req, state, 'required');
    const { id } = state.opportunity(param(req, 'id'));
    removeItem(state.files(id), state.file(id, param(req, 'file')));
    res.status(204).end();
  });

  return router;
}

/** Puts a file on an opportunity, as an upload or a file that comes along with its creation does. */
export function storeFile(state: LeverState, opportunity: Opportunity, part: FilePart): StoredFile {
  const { name, content } = part;
  const file = { id: randomUUID(), name, ext: extname(name).toLowerCase(), content, uploadedAt: state.now() };
  state.files(opportunity.id).push(file);
  opportunity.lastInteractionAt = file.uploadedAt;
  return file;
}
