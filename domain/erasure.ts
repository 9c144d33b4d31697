import type { LeverEnvironment } from './connection';
import type { ErrorCode } from './errors';
import type { VendorId } from './ids';

/** Erasing a person of one customer: what it goes by, what it comes to, and what is left to remember. */

/** How long it is remembered that somebody was erased: as long as Lever's Rerun and restored stores may come late. */
export const tombstoneDays = 400;

/** What a tombstone stands for: an opportunity, a run by its assessment or its workflow, a vendor's reference. */
export type TombstoneKind = 'opportunity' | 'run' | 'workflow' | 'reference';

export const erasureStatuses = [
  'waiting',
  'working',
  'finished',
  /** Something was still found after the last look: it has to be asked for again. */
  'incomplete',
] as const;
export type ErasureStatus = (typeof erasureStatuses)[number];

/** By what a person is named who is to be erased. */
export type PersonNamed = { email: string } | { opportunityId: string };

/** Whom a request means. */
export interface PersonOfCustomer {
  customer: string;
  environment: LeverEnvironment;
  /** All connections of the customer. */
  connectionIds: string[];
  named: PersonNamed;
}

/** A run, by what is left of it somewhere. */
export interface ErasedRun {
  assessmentId: string;
  workflowId: string;
  connectionId: string;
}

/** Everything by which something is recognised as the person's; grows while it is searched. */
export interface Subject {
  connectionIds: string[];
  emails: string[];
  opportunityIds: string[];
  references: { connectionId: string; reference: string }[];
  runs: ErasedRun[];
}

/** What was erased, by kind. */
export const erasedKinds = [
  'runs',
  'timelineLines',
  'claims',
  'files',
  'deliveries',
  /** Workflow executions in Temporal: runs, amendments, searches for an opportunity. */
  'executions',
  /** Executions of the hub's own looks whose history named the person. */
  'looks',
] as const;
export type ErasedKind = (typeof erasedKinds)[number];
export type ErasureCounts = Partial<Record<ErasedKind, number>>;

export const vendorOutcomes = [
  'pending',
  'withdrawn',
  /** Nobody was invited. */
  'not_invited',
  /** The vendor cannot be asked to withdraw, or to look for an invitation whose answer was lost. */
  'unsupported',
  'failed',
] as const;
export type VendorOutcome = (typeof vendorOutcomes)[number];

/** What became of an invitation that was open, or may have been. */
export interface AtVendor {
  assessmentId: string;
  connectionId: string;
  vendor: VendorId;
  outcome: VendorOutcome;
  /** Why it could not be withdrawn. */
  code: ErrorCode | null;
  /** A note in Lever says what the vendor has to be asked for; null: none was needed. */
  noted: boolean | null;
}

export const emptySubject = (connectionIds: string[]): Subject => ({
  connectionIds,
  emails: [],
  opportunityIds: [],
  references: [],
  runs: [],
});

const byValue = <T>(all: readonly T[], keyOf: (one: T) => string): T[] => [
  ...new Map(all.map((one) => [keyOf(one), one])).values(),
];

/** Both together, each thing once. */
export const joined = (one: Subject, other: Partial<Subject>): Subject => ({
  connectionIds: one.connectionIds,
  emails: byValue([...one.emails, ...(other.emails ?? [])].map(plainEmail), String),
  opportunityIds: byValue([...one.opportunityIds, ...(other.opportunityIds ?? [])], String),
  references: byValue([...one.references, ...(other.references ?? [])], ({ connectionId, reference }) =>
    JSON.stringify([connectionId, reference]),
  ),
  runs: byValue([...one.runs, ...(other.runs ?? [])], ({ workflowId }) => workflowId),
});

/** As it is compared. */
export const plainEmail = (email: string): string => email.trim().toLowerCase();

/** How much a subject knows: it only grows. */
export const sizeOf = ({ emails, opportunityIds, references, runs }: Subject): number =>
  emails.length + opportunityIds.length + references.length + runs.length;

/**
 * Whether a text names the person, in whatever way JSON or an address may write it.
 * @param strict a bare reference of a vendor's, which may be a short number, counts for nothing
 */
export function namesPerson(text: string, subject: Subject, connectionId: string, strict: boolean): boolean {
  const written = writings(text);
  const has = (word: string): boolean => written.some((one) => one.includes(word.toLowerCase()));
  if (subject.emails.some(has) || subject.opportunityIds.some(has)) return true;
  if (subject.runs.some(({ assessmentId }) => has(assessmentId))) return true;
  if (strict) return false;
  return subject.references.some(
    (known) =>
      known.connectionId === connectionId &&
      written.some((one) => hasWord(one, known.reference.toLowerCase())),
  );
}

const isWordCharacter = (character: string | undefined): boolean =>
  character !== undefined && /[\p{L}\p{N}_-]/u.test(character);

function hasWord(text: string, word: string): boolean {
  if (word === '') return false;
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
    if (!isWordCharacter(text[at - 1]) && !isWordCharacter(text[at + word.length])) return true;
  }
  return false;
}

function writings(text: string): string[] {
  const found = [text];
  try {
    found.push(decodeURIComponent(text.replaceAll('+', ' ')));
  } catch {
    // No address, then.
  }
  try {
    found.push(JSON.stringify(JSON.parse(text)));
  } catch {
    // No JSON, then.
  }
  return found.map((one) => one.toLowerCase());
}
