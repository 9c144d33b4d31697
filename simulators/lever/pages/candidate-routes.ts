import { type Request, Router } from 'express';
import { z } from 'zod';
import { addNote } from '../notes';
import { param, parseBody } from '../routes/query';
import { candidatePage } from './candidate';
import { candidatesPage, newCandidatePage } from './candidates';
import { sendFile } from './file-preview';
import { sendPage } from './html';
import { viewerOf } from './viewer';
import { type PageParts, visitOf } from './visit';

const newCandidate = z.object({
  name: z.string().trim().min(1),
  email: z.email(),
  posting: z.string(),
  stage: z.string(),
});
const text = z.string().trim().min(1);
const tagChange = z.union([z.object({ add: text }), z.object({ remove: z.string() })]);

/** The candidates of the account and what a recruiter does with one. */
export function candidateRoutes({ state, recruiting }: PageParts): Router {
  const router = Router();
  const actor = (req: Request) => viewerOf(req, state)?.id ?? null;

  router.get('/', (req, res) => sendPage(res, 200, candidatesPage(visitOf(req, state))));
  router.get('/candidates', (_req, res) => res.redirect(302, '/'));
  router.get('/candidates/new', (req, res) => sendPage(res, 200, newCandidatePage(visitOf(req, state))));
  router.post('/candidates', (req, res) => {
    const form = newCandidate.safeParse(req.body);
    if (!form.success) {
      const page = newCandidatePage(visitOf(req, state), 'Give a name and a valid e-mail address.');
      return sendPage(res, 400, page);
    }
    const { name, email, posting, stage } = form.data;
    const { opportunity } = recruiting.create(
      { name, emails: [email], posting, stage, origin: 'sourced' },
      actor(req),
    );
    res.redirect(303, `/candidates/${opportunity.id}`);
  });
  router.get('/candidates/:id', (req, res) =>
    sendPage(res, 200, candidatePage(visitOf(req, state), state.opportunity(param(req, 'id')))),
  );
  router.get('/candidates/:id/files/:file', (req, res) => {
    sendFile(res, state.file(state.opportunity(param(req, 'id')).id, param(req, 'file')));
  });

  /** Something done to one candidate, after which its page is shown again. */
  const action = (name: string, act: (id: string, req: Request) => void): void => {
    router.post(`/candidates/:id/${name}`, (req, res) => {
      const id = param(req, 'id');
      act(id, req);
      res.redirect(303, `/candidates/${id}`);
    });
  };
  action('stage', (id, req) => {
    recruiting.moveToStage(id, parseBody(z.object({ stage: z.string() }), req).stage, actor(req));
  });
  action('archive', (id, req) => {
    recruiting.archive(id, parseBody(z.object({ reason: z.string() }), req).reason);
  });
  action('unarchive', (id) => void recruiting.archive(id, null));
  action('tags', (id, req) => {
    const change = parseBody(tagChange, req);
    if ('add' in change) recruiting.changeList(id, 'tags', 'add', [change.add]);
    else recruiting.changeList(id, 'tags', 'remove', [change.remove]);
  });
  action('notes', (id, req) => {
    const { value } = parseBody(z.object({ value: text }), req);
    addNote(state, state.opportunity(id), { value, user: actor(req), byHand: true });
  });
  router.post('/candidates/:id/delete', (req, res) => {
    recruiting.delete(param(req, 'id'), actor(req));
    res.redirect(303, '/');
  });

  return router;
}
