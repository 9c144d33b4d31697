import { randomUUID } from 'node:crypto';
import { extname } from 'node:path';
import { Router } from 'express';
import { requireScope } from '../auth/credentials';
import { badRequest, LeverError } from '../errors';
import { logEntry } from '../log';
import type { StoredFile } from '../model';
import { fileJson, fileStatus } from '../render';
import type { LeverState } from '../state';
import { readMultipart } from './multipart';
import { guardConfidential } from './opportunity-filters';
import { param, performAs, sendList, timeWindow } from './query';

/** Files of an opportunity. Repeating an upload makes a second file. */
export function fileRoutes(state: LeverState): Router {
  const router = Router();
  router.use(['/:id/files', '/:id/file_actions'], requireScope('files'));
  router.param('id', guardConfidential(state));

  router.get('/:id/files', (req, res) => {
    const { id } = state.opportunity(param(req, 'id'));
    const within = timeWindow(req, 'uploaded_at');
    const files = state.files(id).filter((file) => within(file.uploadedAt));
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
    const part = (await readMultipart(req)).get('file');
    if (part === null || typeof part === 'string')
      throw badRequest('The form needs a part named "file" with a file');
    const file: StoredFile = {
      id: randomUUID(),
      name: part.name,
      ext: extname(part.name).toLowerCase(),
      content: Buffer.from(await part.arrayBuffer()),
      uploadedAt: state.now(),
    };
    logEntry(res).body = { file: { name: file.name, size: file.content.length } };
    state.files(opportunity.id).push(file);
    opportunity.lastInteractionAt = file.uploadedAt;
    res.status(201).json({ data: fileJson(state, opportunity.id, file) });
  });

  router.get('/:id/files/:file', (req, res) => {
    const { id } = state.opportunity(param(req, 'id'));
    res.json({ data: fileJson(state, id, state.file(id, param(req, 'file'))) });
  });

  router.get('/:id/files/:file/download', (req, res) => {
    const { id } = state.opportunity(param(req, 'id'));
    const file = state.file(id, param(req, 'file'));
    if (fileStatus(state, file) === 'unsupported') {
      throw new LeverError(422, 'UnprocessableEntity', `The file ${file.id} could not be processed`);
    }
    res.attachment(file.name).send(file.content);
  });

  router.delete('/:id/files/:file', (req, res) => {
    performAs(req, state, 'required');
    const { id } = state.opportunity(param(req, 'id'));
    const file = state.file(id, param(req, 'file'));
    const files = state.files(id);
    files.splice(files.indexOf(file), 1);
    res.status(204).end();
  });

  return router;
}
