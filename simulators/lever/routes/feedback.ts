import { randomUUID } from 'node:crypto';
import { Router } from 'express';
import { z } from 'zod';
import { requireScope } from '../auth/credentials';
import { badRequest } from '../errors';
import { addFeedbackTemplate } from '../feedback';
import { type Feedback } from '../model';
import { newestFirst, pageOf, readLimit } from '../paging';
import type { LeverState } from '../state';
import { guardConfidential } from './opportunity-filters';
import { one, param, parseBody, performAs, sendPageOf } from './query';

const fieldBody = z.object({
  type: z.string(),
  text: z.string(),
  description: z.string().optional(),
  required: z.boolean().optional(),
  options: z.array(z.object({ text: z.string() })).optional(),
});
const templateBody = z.object({
  text: z.string().min(1),
  instructions: z.string().optional(),
  fields: z.array(fieldBody),
});
const feedbackBody = z.object({
  baseTemplateId: z.string(),
  fieldValues: z.array(z.object({ id: z.string(), value: z.unknown() })).optional(),
  createdAt: z.number().int().optional(),
  completedAt: z.number().int().optional(),
});

/** `/feedback_templates`: list, get, create, delete. */
export function feedbackTemplateRoutes(state: LeverState): Router {
  const router = Router();
  router.use(requireScope(state, 'feedback_templates'));
  router.get('/', (req, res) => {
    const all = [...state.feedbackTemplates.values()];
    const page = pageOf(all, newestFirst(), readLimit(one(req, 'limit')), one(req, 'offset'));
    sendPageOf(res, page, (template) => template);
  });
  router.get('/:template', (req, res) => {
    res.json({ data: state.feedbackTemplate(param(req, 'template')) });
  });
  router.post('/', (req, res) => {
    const body = parseBody(templateBody, req);
    if (body.fields.filter(({ type }) => type === 'score-system').length !== 1) {
      throw badRequest('fields needs one field of type score-system');
    }
    res.status(201).json({ data: addFeedbackTemplate(state, body) });
  });
  router.delete('/:template', (req, res) => {
    state.feedbackTemplates.delete(state.feedbackTemplate(param(req, 'template')).id);
    res.status(204).end();
  });
  return router;
}

/** Feedback forms of an opportunity. Repeating a POST makes a second one. */
export function feedbackRoutes(state: LeverState): Router {
  const router = Router();
  router.use('/:id/feedback', requireScope(state, 'feedback'));
  router.param('id', guardConfidential(state));

  router.get('/:id/feedback', (req, res) => {
    const live = state.feedback(param(req, 'id')).filter((feedback) => feedback.deletedAt === null);
    const page = pageOf(live, newestFirst(), readLimit(one(req, 'limit')), one(req, 'offset'));
    sendPageOf(res, page, (feedback) => feedback);
  });
  router.get('/:id/feedback/:form', (req, res) => {
    res.json({ data: state.feedbackForm(param(req, 'id'), param(req, 'form')) });
  });
  router.post('/:id/feedback', (req, res) => {
    const user = performAs(req, state, 'required');
    const opportunity = state.opportunity(param(req, 'id'));
    const body = parseBody(feedbackBody, req);
    const template = state.feedbackTemplate(body.baseTemplateId);
    const given = new Map((body.fieldValues ?? []).map(({ id, value }) => [id, value]));
    const unknown = [...given.keys()].find((id) => template.fields.every((field) => field.id !== id));
    if (unknown !== undefined) throw badRequest(`fieldValues: the template has no field ${unknown}`);
    const createdAt = body.createdAt ?? state.now();
    const feedback: Feedback = {
      id: randomUUID(),
      type: 'interview',
      text: template.text,
      instructions: template.instructions,
      fields: template.fields.map((field) => ({ ...field, value: given.get(field.id) ?? null })),
      baseTemplateId: template.id,
      interview: null,
      panel: null,
      user,
      createdAt,
      completedAt: body.completedAt ?? createdAt,
      updatedAt: null,
      deletedAt: null,
    };
    state.feedback(opportunity.id).push(feedback);
    opportunity.lastInteractionAt = state.now();
    res.status(201).json({ data: feedback });
  });
  router.delete('/:id/feedback/:form', (req, res) => {
    performAs(req, state, 'required');
    state.feedbackForm(param(req, 'id'), param(req, 'form')).deletedAt = state.now();
    res.status(204).end();
  });
  return router;
}
