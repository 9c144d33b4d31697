import { randomUUID } from 'node:crypto';
import { Router } from 'express';
import { z } from 'zod';
import { requireScope } from '../auth/credentials';
import { badRequest } from '../errors';
import { logEntry } from '../log';
import type { Recruiting } from '../recruiting';
import { uploadJson } from '../render-files';
import type { LeverState } from '../state';
import { storeFile } from './files';
import { readFilePart } from './multipart';
import { param, parseBody } from './query';

const DAY_MS = 86_400_000;

/** The form's answers as Lever takes them; `resume` names an upload by its address. */
const applyBody = z.object({
  personalInformation: z.array(z.object({ name: z.string(), value: z.string() })),
  urls: z.array(z.object({ name: z.string(), value: z.string() })).optional(),
  source: z.string().optional(),
});

/** `POST /uploads`: files that wait up to a day for an application. */
export function uploadRoutes(state: LeverState): Router {
  const router = Router();
  router.use(requireScope(state, 'uploads'));
  router.post('/', async (req, res) => {
    const { name, content } = await readFilePart(req, 'file');
    logEntry(res).body = { file: { name, size: content.length } };
    const upload = { id: randomUUID(), filename: name, content, expiresAt: state.now() + DAY_MS };
    state.uploads.set(upload.id, upload);
    res.status(201).json({ data: uploadJson(state, upload) });
  });
  return router;
}

/** `POST /postings/:id/apply`: as if a person had filled in the posting's form. It names no opportunity. */
export function applyRoutes(state: LeverState, recruiting: Recruiting): Router {
  const router = Router();
  router.post('/:id/apply', requireScope(state, 'postings'), (req, res) => {
    const posting = state.posting(param(req, 'id'));
    const { personalInformation, urls = [], source } = parseBody(applyBody, req);
    const given = new Map(personalInformation.map(({ name, value }) => [name, value]));
    const [name, email] = [given.get('fullName'), given.get('email')];
    if (!name || !email) throw badRequest('personalInformation needs fullName and email');
    const resume = given.has('resume') ? waitingUpload(state, given.get('resume') ?? '') : undefined;
    const phone = given.get('phone');
    const { opportunity } = recruiting.create(
      {
        name,
        emails: [email],
        phones: phone === undefined ? [] : [{ value: phone }],
        links: urls.map(({ value }) => value),
        sources: source === undefined ? [] : [source],
        posting: posting.id,
        stage: 'applicant-new',
        origin: 'applied',
        appliedThrough: 'posting',
      },
      null,
    );
    if (resume) storeFile(state, opportunity, { name: resume.filename, content: resume.content });
    res.status(201).json({ data: { applicationId: opportunity.application?.id } });
  });
  return router;
}

function waitingUpload(state: LeverState, uri: string) {
  const upload = state.uploads.get(uri.split('/').at(-1) ?? '');
  if (!upload || upload.expiresAt < state.now()) {
    throw badRequest('resume must be the uri of an upload that is less than 24 hours old');
  }
  return upload;
}
