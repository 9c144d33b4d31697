import { randomUUID } from 'node:crypto';
import type { FeedbackField, FeedbackTemplate } from './model';
import type { LeverState } from './state';

export interface NewTemplate {
  id?: string | undefined;
  text: string;
  instructions?: string | undefined;
  fields: {
    type: string;
    text: string;
    description?: string | undefined;
    required?: boolean | undefined;
    options?: { text: string }[] | undefined;
  }[];
}

const SCORES = ['4 - Strong Hire', '3 - Hire', '2 - No Hire', '1 - Strong No Hire'];

export function addFeedbackTemplate(state: LeverState, input: NewTemplate): FeedbackTemplate {
  const now = state.now();
  const template: FeedbackTemplate = {
    id: input.id ?? randomUUID(),
    text: input.text,
    group: null,
    instructions: input.instructions ?? '',
    fields: input.fields.map(newField),
    createdAt: now,
    stage: null,
    updatedAt: now,
  };
  state.feedbackTemplates.set(template.id, template);
  return template;
}

/** A score field gets Lever's four scores, whatever options were sent. */
function newField(field: NewTemplate['fields'][number]): FeedbackField {
  const { type, text, description = '', required = false, options } = field;
  const common = { description, required, text, type, id: randomUUID() };
  if (type === 'score-system') {
    return { ...common, prompt: 'Select one', options: SCORES.map((score) => ({ text: score })) };
  }
  return { ...common, ...(options ? { options } : {}) };
}
