import { z } from 'zod';
import { auditOutcomes } from '../../../domain/audit';
import { vendorIds } from '../../../vendors/registry';
import { page } from '../../routes/paging';
import { pageOf, time } from '../answers';
import { operation } from '../operation';

/** Who did what, why, and what came of it (decision 0042). */

const auditLine = z.strictObject({
  id: z.string(),
  at: time,
  actor: z.string().meta({
    description: '`operator`, the id of a token, or a vendor, a connect link, the codec’s ticket.',
  }),
  label: z.string().nullable().meta({ description: 'Of the token, at that time.' }),
  action: z.string().meta({ description: 'A stable word, such as `connection.created`.' }),
  target: z.string().meta({ description: 'An id; `none` where there is none.' }),
  vendor: z.enum(vendorIds).nullable(),
  connection: z.string().nullable(),
  reason: z.string().nullable().meta({ description: 'Why, as the caller said.' }),
  changes: z
    .record(z.string(), z.strictObject({ before: z.unknown(), after: z.unknown() }))
    .meta({ description: 'Fields that have another value since. Of secrets: only that they changed.' }),
  outcome: z.enum(auditOutcomes).meta({
    description:
      '`intended`: written before a change, whose outcome is in the line that names this one. If there is none, the process ended in between.',
  }),
  code: z.string().nullable().meta({ description: 'Why it was refused, or failed.' }),
  intended: z.string().nullable().meta({ description: 'Id of the line that was written before.' }),
  detail: z.record(z.string(), z.unknown()).meta({ description: 'Counts, ids and codes.' }),
});
export type AuditAnswer = z.output<typeof auditLine>;

const moment = z.iso
  .datetime({ offset: true })
  .transform((text) => Date.parse(text))
  .optional();

export const listAudit = operation({
  id: 'listAudit',
  right: 'administer',
  action: 'audit.listed',
  audited: 'refusals',
  tag: 'audit',
  method: 'get',
  path: '/audit',
  summary: 'List lines of the audit, newest first',
  input: {
    query: z.strictObject({
      target: z.string().min(1).max(64).optional(),
      actor: z.string().min(1).max(100).optional(),
      action: z.string().min(1).max(100).optional(),
      outcome: z.enum(auditOutcomes).optional(),
      connection: z.string().min(1).max(64).optional(),
      since: moment,
      until: moment,
      ...page,
    }),
  },
  status: 200,
  answer: pageOf(auditLine),
  problems: [],
});
