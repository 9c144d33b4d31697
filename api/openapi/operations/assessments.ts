import { z } from 'zod';
import { duration } from '../../../domain/durations';
import { statuses } from '../../../domain/lifecycle';
import { page } from '../../routes/paging';
import { assessmentAnswer, assessmentStory } from '../../runs/answer';
import { pageOf } from '../answers';
import { operation } from '../operation';

/** Assessments: what is recorded of each run, what it says of itself, and what can be done to it. */

const tag = 'assessments';
const id = z.string().min(1).max(64);
const one = { params: z.strictObject({ id }) };
const oneEffect = { params: z.strictObject({ id, effectId: z.string().min(1).max(200) }) };
const reason = { body: z.strictObject({ reason: z.string().trim().min(1).max(500) }) };

export const listAssessments = operation({
  id: 'listAssessments',
  tag,
  method: 'get',
  path: '/assessments',
  summary: 'List assessments, newest first',
  input: {
    query: z.strictObject({
      connection: z.string().min(1).max(64).optional(),
      opportunity: z.string().min(1).max(256).optional(),
      status: z.enum(statuses).optional(),
      attention: z.stringbool().optional(),
      email: z.email().optional(),
      ...page,
    }),
  },
  status: 200,
  answer: pageOf(assessmentAnswer),
  problems: [],
});

export const getAssessment = operation({
  id: 'getAssessment',
  tag,
  method: 'get',
  path: '/assessments/:id',
  summary: 'Read an assessment, as it is now and with its timeline',
  input: one,
  status: 200,
  answer: assessmentStory,
  problems: ['not_found'],
});

const acted = z.strictObject({
  id: z.string(),
  status: z.enum(statuses),
  detail: z.string().optional().meta({ description: 'The outcome at the vendor, in words.' }),
});
const act = {
  tag,
  method: 'post',
  status: 200,
  answer: acted,
  problems: ['not_found', 'conflict', 'temporal.unavailable'],
} as const;

export const remindCandidate = operation({
  ...act,
  id: 'remindCandidate',
  path: '/assessments/:id/remind',
  summary: 'Have the vendor remind the candidate',
  input: one,
});

export const extendAssessment = operation({
  ...act,
  id: 'extendAssessment',
  path: '/assessments/:id/extend',
  summary: 'Give the candidate more time',
  input: {
    ...one,
    body: z.union(
      [
        z.strictObject({ until: z.iso.datetime({ offset: true }).transform((text) => Date.parse(text)) }),
        z.strictObject({ by: duration }),
      ],
      'give either {"until": "2027-01-31T12:00:00Z"} or {"by": "3d"}, counted from the present deadline',
    ),
  },
});

export const cancelAssessment = operation({
  ...act,
  id: 'cancelAssessment',
  path: '/assessments/:id/cancel',
  summary: 'Cancel an assessment, at the vendor as well',
  input: { ...one, ...reason },
});

export const retryEffect = operation({
  ...act,
  id: 'retryEffect',
  path: '/assessments/:id/effects/:effectId/retry',
  summary: 'Retry a failed change to Lever',
  input: oneEffect,
});

export const dismissEffect = operation({
  ...act,
  id: 'dismissEffect',
  path: '/assessments/:id/effects/:effectId/dismiss',
  summary: 'Dismiss a failed change to Lever',
  input: { ...oneEffect, ...reason },
});
