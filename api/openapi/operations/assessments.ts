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

/** What lists of assessments are narrowed by, apart from who it is about. */
const filters = {
  connection: z.string().min(1).max(64).optional(),
  opportunity: z.string().min(1).max(256).optional(),
  status: z.enum(statuses).optional(),
};

export const listAssessments = operation({
  id: 'listAssessments',
  right: 'read',
  action: 'assessment.listed',
  audited: 'candidates',
  tag,
  method: 'get',
  path: '/assessments',
  summary: 'List assessments, newest first',
  input: {
    query: z.strictObject({
      ...filters,
      attention: z.stringbool().optional(),
      email: z.email().optional().meta({
        deprecated: true,
        description:
          'Deprecated: addresses in URLs end up in the logs of everything on the way. Use `POST /assessments/search`; answers to requests with it carry `Deprecation` and `Link` headers.',
      }),
      ...page,
    }),
  },
  status: 200,
  answer: pageOf(assessmentAnswer),
  problems: [],
});

export const searchAssessments = operation({
  id: 'searchAssessments',
  right: 'read',
  action: 'assessment.searched',
  audited: 'candidates',
  tag,
  method: 'post',
  path: '/assessments/search',
  summary: "Search assessments by the candidate's e-mail address, newest first",
  description: 'The address travels in the body, which no log keeps.',
  input: {
    body: z.strictObject({
      email: z.email(),
      ...filters,
      attention: z.boolean().optional(),
      limit: z.int().min(1).max(200).default(50),
      after: page.after,
    }),
  },
  status: 200,
  answer: pageOf(assessmentAnswer),
  problems: [],
});

export const getAssessment = operation({
  id: 'getAssessment',
  right: 'read',
  action: 'assessment.read',
  audited: 'candidates',
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
  right: 'act',
  action: 'assessment.remind',
  audited: 'change',
  path: '/assessments/:id/remind',
  summary: 'Have the vendor remind the candidate',
  input: one,
});

export const extendAssessment = operation({
  ...act,
  id: 'extendAssessment',
  right: 'act',
  action: 'assessment.extend',
  audited: 'change',
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
  right: 'act',
  action: 'assessment.cancel',
  audited: 'change',
  path: '/assessments/:id/cancel',
  summary: 'Cancel an assessment, at the vendor as well',
  input: { ...one, ...reason },
});

export const retryEffect = operation({
  ...act,
  id: 'retryEffect',
  right: 'act',
  action: 'assessment.retryEffect',
  audited: 'change',
  path: '/assessments/:id/effects/:effectId/retry',
  summary: 'Retry a failed change to Lever',
  input: oneEffect,
});

export const dismissEffect = operation({
  ...act,
  id: 'dismissEffect',
  right: 'act',
  action: 'assessment.dismissEffect',
  audited: 'change',
  path: '/assessments/:id/effects/:effectId/dismiss',
  summary: 'Dismiss a failed change to Lever',
  input: { ...oneEffect, ...reason },
});
