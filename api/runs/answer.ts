import { z } from 'zod';
import { endCodes } from '../../domain/end-reasons';
import { statuses } from '../../domain/lifecycle';
import { timelineKinds } from '../../domain/records';
import { vendorIds } from '../../vendors/registry';
import { listed, time } from '../openapi/answers';

/** A step that keeps failing, as it says itself. */
export const troubleAnswer = z.strictObject({
  code: z.string(),
  message: z.string(),
  step: z.string().meta({ description: 'The activity, as Temporal Web UI names it.' }),
  since: time,
});

/** Assessments as programs see them. */

export const assessmentAnswer = z.strictObject({
  id: z.string(),
  vendor: z.enum(vendorIds),
  connection: z.string(),
  opportunity: z.string().nullable(),
  posting: z.string().nullable(),
  workflowId: z.string(),
  status: z.enum(statuses),
  suspended: z.boolean().meta({ description: 'It waits for its connection.' }),
  attention: z.boolean().meta({ description: 'An effect failed for good: a person has to decide.' }),
  assessment: z.strictObject({ ref: z.string().nullable(), name: z.string().nullable() }),
  vendorRef: z.string().nullable(),
  candidate: z.strictObject({ name: z.string(), email: z.string().nullable() }).nullable(),
  links: z.strictObject({ assessment: z.string().nullable(), report: z.string().nullable() }),
  reasonCode: z
    .string()
    .nullable()
    .meta({
      description: `Why the status is what it is, for programs; the timeline says it in words. One of ${listed(endCodes)}; later releases may add others. Null: there is nothing to say, or the run ended before release 0.2.`,
    }),
  lastError: z.string().nullable(),
  trouble: troubleAnswer
    .nullable()
    .meta({ description: 'What keeps failing at present and is being retried.' }),
  createdAt: time,
  updatedAt: time,
  closedAt: time.nullable(),
});

export const timelineLine = z.strictObject({
  seq: z.int(),
  at: time,
  kind: z.enum(timelineKinds),
  status: z.enum(statuses),
  suspended: z.boolean(),
  attention: z.boolean(),
  detail: z.string().nullable(),
});

/** What a run says of itself while it is open. */
const live = z.strictObject({
  assessmentId: z.string(),
  status: z.enum(statuses),
  suspended: z.boolean(),
  attention: z.array(
    z.strictObject({
      effectId: z.string(),
      kind: z.string(),
      code: z.string(),
      message: z.string(),
      attempts: z.int(),
    }),
  ),
  waitingFor: z.string().meta({ description: 'In words.' }),
  heldUpBy: z
    .strictObject({ code: z.string(), message: z.string() })
    .nullable()
    .meta({ description: 'What a suspended run waits for at its connection.' }),
  deadlineAt: z.int().nullable().meta({ description: 'Milliseconds since 1970.' }),
  nextReminderAt: z.int().nullable().meta({ description: 'Milliseconds since 1970.' }),
  facts: z.looseObject({}).meta({ description: 'What has become known on the way.' }),
});

export const assessmentStory = assessmentAnswer.extend({
  live: live.nullable().meta({ description: 'Null when the run is over, or no worker can say.' }),
  timeline: z.array(timelineLine),
});
