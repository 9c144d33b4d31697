import { type Kysely, type RawBuilder, type Selectable, sql } from 'kysely';
import type { Candidate } from '../domain/assessment';
import { emptySubject, joined, namesPerson, sizeOf, type Subject } from '../domain/erasure';
import { amendmentPrefix, amendmentWorkflowId, parseAssessmentWorkflowId } from '../domain/ids';
import { assessmentIdOf } from '../platform/crypto/assessment-id';
import { emailDigests } from '../platform/crypto/hmac';
import type { KeyRing } from '../platform/crypto/keyring';
import { open, openJson } from '../platform/crypto/seal';
import { toContext } from './assessment-rows';
import type { AssessmentRow, DeliveryRow, Schema } from './schema';

/** Finding a person in the hub's tables: by the columns that tell, and inside what is sealed where none does. */

type On = Kysely<Schema>;

/** Rows that one question asks for; more of one person there never are. */
const most = 5_000;
/** Each round may find names under which the next finds more: of one person there are a few. */
const mostRounds = 10;

const anyOf = (values: readonly string[]): RawBuilder<unknown> => sql`any(${[...values]}::text[])`;

const workflowsOf = ({ runs }: Subject): string[] =>
  runs.flatMap(({ workflowId, assessmentId }) => [workflowId, amendmentWorkflowId(assessmentId)]);

const isReference = (subject: Subject, column: 'vendor_ref' | 'reference') =>
  sql<boolean>`(connection_id, ${sql.ref(column)}) in (select * from unnest(
    ${subject.references.map(({ connectionId }) => connectionId)}::text[],
    ${subject.references.map(({ reference }) => reference)}::text[]))`;

/** Of the rows of runs, those of the person. What is younger than `before` came anew after the erasure. */
export const assessmentsOf = (on: On, ring: KeyRing, subject: Subject, before: Date) =>
  on.selectFrom('assessments').where(sql<boolean>`(
      (connection_id = ${anyOf(subject.connectionIds)} and created_at <= ${before} and (
        opportunity_id = ${anyOf(subject.opportunityIds)}
        or email_digest = ${anyOf(subject.emails.flatMap((email) => emailDigests(ring, email)))}
        or ${isReference(subject, 'vendor_ref')}))
      or id = ${anyOf(subject.runs.map(({ assessmentId }) => assessmentId))})`);

export const claimsOf = (on: On, subject: Subject, before: Date) =>
  on.selectFrom('claims').where(sql<boolean>`(
      (connection_id = ${anyOf(subject.connectionIds)} and taken_at <= ${before}
        and opportunity_id = ${anyOf(subject.opportunityIds)})
      or workflow_id = ${anyOf(subject.runs.map(({ workflowId }) => workflowId))})`);

export const deliveriesOf = (on: On, subject: Subject, before: Date) =>
  on.selectFrom('deliveries').where(sql<boolean>`(
      (connection_id = ${anyOf(subject.connectionIds)} and received_at <= ${before} and (
        opportunity_id = ${anyOf(subject.opportunityIds)} or ${isReference(subject, 'reference')}))
      or workflow_id = ${anyOf(workflowsOf(subject))})`);

/** What the tables know of the person, from what is known to begin with. */
export async function widened(on: On, ring: KeyRing, known: Subject, before: Date): Promise<Subject> {
  let subject = known;
  for (let round = 0; round < mostRounds; round += 1) {
    const size = sizeOf(subject);
    for (const row of await assessmentsOf(on, ring, subject, before).selectAll().limit(most).execute())
      subject = joined(subject, saidByRun(ring, row));
    const claims = await claimsOf(on, subject, before)
      .select(['connection_id', 'workflow_id'])
      .limit(most)
      .execute();
    const deliveries = await deliveriesOf(on, subject, before)
      .select(['connection_id', 'workflow_id', 'reference', 'opportunity_id'])
      .limit(most)
      .execute();
    for (const row of claims) subject = joined(subject, saidByName(row));
    for (const row of deliveries) subject = joined(subject, saidByDelivery(row));
    if (sizeOf(subject) === size) break;
  }
  return subject;
}

function saidByRun(ring: KeyRing, row: Selectable<AssessmentRow>): Partial<Subject> {
  const candidate = orNull(() =>
    row.candidate_sealed === null
      ? null
      : openJson<Pick<Candidate, 'name' | 'email'>>(
          ring,
          row.candidate_sealed,
          `assessments/${row.id}/candidate`,
        ),
  );
  const context = orNull(() => toContext(ring, row));
  const emails = [
    candidate?.email,
    context?.subject.opportunity.candidate.email,
    context?.screening?.candidate.email,
  ];
  return {
    emails: emails.filter((email): email is string => typeof email === 'string' && email !== ''),
    opportunityIds: row.opportunity_id === null ? [] : [row.opportunity_id],
    references:
      row.vendor_ref === null ? [] : [{ connectionId: row.connection_id, reference: row.vendor_ref }],
    runs: [{ assessmentId: row.id, workflowId: row.workflow_id, connectionId: row.connection_id }],
  };
}

/** Of a run whose row may be gone, by the workflow that it was. */
function saidByName({
  connection_id: connectionId,
  workflow_id: workflowId,
}: {
  connection_id: string;
  workflow_id: string | null;
}): Partial<Subject> {
  if (workflowId === null || workflowId.startsWith(amendmentPrefix)) return {};
  if (parseAssessmentWorkflowId(workflowId) === null) return {};
  return { runs: [{ assessmentId: assessmentIdOf(workflowId), workflowId, connectionId }] };
}

const saidByDelivery = (
  row: Pick<Selectable<DeliveryRow>, 'connection_id' | 'workflow_id' | 'reference' | 'opportunity_id'>,
): Partial<Subject> => ({
  ...saidByName(row),
  ...(row.reference !== null && {
    references: [{ connectionId: row.connection_id, reference: row.reference }],
  }),
  ...(row.opportunity_id !== null && { opportunityIds: [row.opportunity_id] }),
});

/** Under which refused messages to unknown addresses are recorded. */
const unknownConnection = 'unknown';
/** What waits goes on to somebody: only what names the person for certain is taken from it. */
const waiting = ['held', 'pending', 'unmatched'];
const bodiesAtOnce = 250;

export interface BodyPage {
  /** Deliveries that name the person inside what is sealed. */
  ids: string[];
  found: Partial<Subject>;
  /** Where to go on; null: that was all. */
  after: string | null;
}

/** Looks into the next of the messages that the customer's connections have been sent. */
export async function searchBodies(
  on: On,
  ring: KeyRing,
  subject: Subject,
  { after, before }: { after: string | null; before: Date },
): Promise<BodyPage> {
  const rows = await on
    .selectFrom('deliveries')
    .selectAll()
    .where('connection_id', 'in', [...subject.connectionIds, unknownConnection])
    .where((where) =>
      where.or([where('body_sealed', 'is not', null), where('request_sealed', 'is not', null)]),
    )
    .where('received_at', '<=', before)
    .$if(after !== null, (query) => query.where('id', '>', after ?? ''))
    .orderBy('id')
    .limit(bodiesAtOnce)
    .execute();
  const isNamed = (row: Selectable<DeliveryRow>, strict: boolean): boolean =>
    namesPerson(textOf(ring, row), subject, row.connection_id, strict);
  const certain = rows.filter((row) => isNamed(row, true));
  const ids = new Set(certain.map(({ id }) => id));
  for (const row of rows) if (!waiting.includes(row.verdict) && isNamed(row, false)) ids.add(row.id);
  return {
    ids: [...ids],
    // A number that looks like a reference leads to nobody else.
    found: certain.reduce<Subject>(
      (all, row) => joined(all, saidByDelivery(row)),
      emptySubject(subject.connectionIds),
    ),
    after: rows.length < bodiesAtOnce ? null : (rows.at(-1)?.id ?? null),
  };
}

function textOf(ring: KeyRing, row: Selectable<DeliveryRow>): string {
  const part = (sealed: Buffer | null, what: string): string =>
    sealed === null
      ? ''
      : (orNull(() => open(ring, sealed, `deliveries/${row.id}/${what}`).toString()) ?? '');
  return [part(row.body_sealed, 'body'), part(row.request_sealed, 'request')].join('\n');
}

/** What no key opens any more is nobody's to read. */
function orNull<T>(read: () => T): T | null {
  try {
    return read();
  } catch {
    return null;
  }
}
