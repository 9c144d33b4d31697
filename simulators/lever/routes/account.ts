import { Router } from 'express';
import { z } from 'zod';
import { requireScope } from '../auth/credentials';
import { newestFirst, pageOf, readLimit } from '../paging';
import type { Recruiting } from '../recruiting';
import { contactJson, dispositionStagesJson, stageJson } from '../render';
import { canonicalEmail, type LeverState } from '../state';
import { bool, many, one, param, parseBody, sendList, sendPageOf } from './query';

const contactBody = z.object({
  name: z.string(),
  headline: z.string().optional(),
  location: z.object({ name: z.string() }).optional(),
  emails: z.array(z.string()),
  phones: z.array(z.object({ type: z.string().optional(), value: z.string() })).optional(),
});

/** The lists a customer sets up (stages, users, reasons), the tags and sources in use, and contacts. */
export function accountRoutes(state: LeverState, recruiting: Recruiting): Router {
  const router = Router();

  router.get('/stages', requireScope(state, 'stages'), (_req, res) =>
    sendList(res, state.stages.map(stageJson)),
  );
  router.get('/stages/:id', requireScope(state, 'stages'), (req, res) => {
    res.json({ data: stageJson(state.stage(param(req, 'id'))) });
  });

  // In no printed list, yet it answers; which permission it asks for is not known, so that of stages.
  router.get('/disposition_stages', requireScope(state, 'stages'), (_req, res) => {
    res.json({ data: dispositionStagesJson(state.stages, state.archiveReasons) });
  });

  router.get('/archive_reasons', requireScope(state, 'archive_reasons'), (req, res) => {
    const types = many(req, 'type');
    const reasons = state.archiveReasons.filter(
      (reason) => types.length === 0 || types.includes(reason.type),
    );
    sendList(res, reasons);
  });
  router.get('/archive_reasons/:id', requireScope(state, 'archive_reasons'), (req, res) => {
    res.json({ data: state.archiveReason(param(req, 'id')) });
  });

  router.get('/users', requireScope(state, 'users'), (req, res) => {
    const emails = many(req, 'email').map(canonicalEmail);
    const all = bool(req, 'includeDeactivated') ?? false;
    const users = [...state.users.values()].filter(
      (user) =>
        (all || user.deactivatedAt === null) &&
        (emails.length === 0 || emails.includes(canonicalEmail(user.email))),
    );
    sendPageOf(
      res,
      pageOf(users, newestFirst(), readLimit(one(req, 'limit')), one(req, 'offset')),
      (user) => user,
    );
  });
  router.get('/users/:id', requireScope(state, 'users'), (req, res) => {
    res.json({ data: state.user(param(req, 'id')) });
  });

  router.get('/tags', requireScope(state, 'tags'), (_req, res) => {
    sendList(res, counted([...state.opportunities.values()].flatMap((opportunity) => opportunity.tags)));
  });
  router.get('/sources', requireScope(state, 'sources'), (_req, res) => {
    sendList(res, counted([...state.opportunities.values()].flatMap((opportunity) => opportunity.sources)));
  });

  router.get('/contacts/:id', requireScope(state, 'contact'), (req, res) => {
    res.json({ data: contactJson(state.contact(param(req, 'id'))) });
  });
  router.put('/contacts/:id', requireScope(state, 'contact'), (req, res) => {
    const { location, headline = '', phones = [], ...body } = parseBody(contactBody, req);
    const change = { ...body, headline, phones, location: location?.name ?? '' };
    const json: Partial<ReturnType<typeof contactJson>> = contactJson(
      recruiting.updateContact(param(req, 'id'), change),
    );
    // Recorded: the answer to an update lacks this one field.
    delete json.isAnonymized;
    res.json({ data: json });
  });

  return router;
}

/** `{text, count}` sorted by text without regard to case. */
function counted(values: string[]): { count: number; text: string }[] {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts]
    .map(([text, count]) => ({ count, text }))
    .sort((a, b) => a.text.localeCompare(b.text, 'en', { sensitivity: 'base' }));
}
