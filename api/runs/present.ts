import type { z } from 'zod';
import type { Assessment, TimelineLine } from '../../db/assessment-rows';
import type { Trouble } from '../../domain/trouble';
import { isoTime, isoTimeOrNull } from '../times';
import type { assessmentAnswer, timelineLine, troubleAnswer } from './answer';

/** What keeps failing. */
export const presentTrouble = (trouble: Trouble | null): z.output<typeof troubleAnswer> | null =>
  trouble === null ? null : { ...trouble, since: isoTime(trouble.since) };

/** An assessment as programs see it. */
export const presentAssessment = (assessment: Assessment): z.output<typeof assessmentAnswer> => ({
  id: assessment.assessmentId,
  vendor: assessment.vendor,
  connection: assessment.connectionId,
  opportunity: assessment.opportunityId,
  posting: assessment.postingId,
  workflowId: assessment.workflowId,
  status: assessment.status,
  suspended: assessment.suspended,
  attention: assessment.attention,
  assessment: { ref: assessment.assessmentRef, name: assessment.assessmentName },
  vendorRef: assessment.vendorRef,
  candidate: assessment.candidate,
  links: assessment.links,
  reasonCode: assessment.reason,
  lastError: assessment.lastError,
  trouble: presentTrouble(assessment.trouble),
  createdAt: isoTime(assessment.createdAt),
  updatedAt: isoTime(assessment.updatedAt),
  closedAt: isoTimeOrNull(assessment.closedAt),
});

/** One line of a run's story. */
export const presentLine = (line: TimelineLine): z.output<typeof timelineLine> => ({
  seq: line.seq,
  at: isoTime(line.at),
  kind: line.kind,
  status: line.status,
  suspended: line.suspended,
  attention: line.attention,
  detail: line.detail,
});
