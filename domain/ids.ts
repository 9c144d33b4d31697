import { sha256 } from './sha256';

/**
 * Ids of runs. They are readable on purpose: an operator finds a run in Temporal Web UI by the
 * opportunity id that stands in it (decision 0002).
 */

/** Which vendors there are is said by the registry alone (`vendors/registry.ts`); ids from outside are checked against it. */
export type VendorId = string;

/** A vendor's id also names its folder, its variables and its part of addresses. */
export const vendorIdPattern = /^[a-z][a-z0-9]{1,29}$/;

export interface RunKey {
  vendor: VendorId;
  connectionId: string;
  /** The opportunity id; for a vendor-initiated run the vendor's session id. */
  subject: string;
  /** The webhook's token, else the vendor's event id, else a digest of what arrived. */
  eventKey: string;
  /** Set for the children of a run whose posting asks for several assessments. */
  assessmentRef?: string;
}

const prefix = 'assessment';

/**
 * Outside ids are words of somebody else: a slash in one must not shift the parts of ours, and half a character, which
 * JSON lets through, must not stop us.
 */
const encode = (part: string): string => encodeURIComponent(part.replace(/\p{Surrogate}/gu, '\uFFFD'));

function decode(part: string): string | null {
  try {
    return decodeURIComponent(part);
  } catch {
    return null;
  }
}

/**
 * In bytes. Temporal itself takes up to 1000 (its default of limit.maxIDLength), but on PostgreSQL and MySQL it keeps
 * workflow ids in columns of 255, and answers a longer one as if it were away.
 */
const longestId = 255;

/** What a part that makes an id too long is replaced by: `$` stands in no part of outside, for it would be escaped there. */
const digestOf = (part: string): string => `$${sha256(part).slice(0, 32)}`;

/** What a digest takes up with the slash before it. */
const roomOfDigest = 1 + digestOf('').length;
/** So that a sibling's digest finds room behind the id of the first run. */
const longestFirstId = longestId - roomOfDigest;

/** Adds a part to an id: as it is, or, where that is too long, by its digest. */
const withPart = (id: string, part: string, longest: number): string => {
  const whole = `${id}/${part}`;
  return whole.length <= longest ? whole : `${id}/${digestOf(part)}`;
};

/**
 * `assessment/<vendor>/<connectionId>/<subject>/<eventKey>[/<assessmentRef>]`, plain ASCII. A part that is too long to be
 * kept with what may follow it is replaced by its digest, whatever does follow: all runs of a subject begin alike.
 */
export function assessmentWorkflowId({ assessmentRef, ...key }: RunKey): string {
  const connection = [prefix, key.vendor, key.connectionId].map(encode).join('/');
  const subject = withPart(connection, encode(key.subject), longestFirstId - roomOfDigest);
  const first = withPart(subject, encode(key.eventKey), longestFirstId);
  return assessmentRef === undefined ? first : siblingWorkflowId(first, assessmentRef);
}

/** The id of the run of one more assessment of the same stage change. @param workflowId of any run of it */
export function siblingWorkflowId(workflowId: string, assessmentRef: string): string {
  return withPart(stageChangeOf(workflowId), encode(assessmentRef), longestId);
}

/**
 * The parts of a workflow id made by {@link assessmentWorkflowId}, or null for any other id. Of a part that was too long
 * its digest is what there is.
 */
export function parseAssessmentWorkflowId(id: string): RunKey | null {
  const parts = id.split('/').map(decode);
  const [head, vendor, connectionId, subject, eventKey, assessmentRef] = parts;
  if (head !== prefix || parts.length < 5 || parts.length > 6) return null;
  if (!vendorIdPattern.test(vendor ?? '') || !connectionId || !subject || !eventKey) return null;
  if (assessmentRef === null) return null;
  return {
    vendor: vendor as VendorId,
    connectionId,
    subject,
    eventKey,
    ...(assessmentRef !== undefined && { assessmentRef }),
  };
}

/** How the id of every amendment begins; the assessment's id follows. */
export const amendmentPrefix = 'amendment/';

/** The id of the serialised workflow that takes news of a closed run (decision 0012). */
export const amendmentWorkflowId = (assessmentId: string): string => `${amendmentPrefix}${assessmentId}`;
/** The assessment that an amendment speaks for. */
export const amendedAssessment = (workflowId: string): string => workflowId.slice(amendmentPrefix.length);

/**
 * The id of the search for one person's opportunity. Temporal lets nothing run twice under one id, so two searches for the
 * same person never make two opportunities. `person`: a keyed digest, never an address (decision 0016).
 */
export const candidacyWorkflowId = (connectionId: string, person: string): string =>
  ['candidacy', connectionId, person].map(encode).join('/');

/** What the workflow ids of all runs of one stage change begin with: that of the first one, to which its siblings add. */
export const stageChangeOf = (workflowId: string): string => workflowId.split('/').slice(0, 5).join('/');

/** How the ids of all runs of the same subject begin that {@link assessmentWorkflowId} made. */
export const subjectPrefix = (workflowId: string): string =>
  `${workflowId.split('/').slice(0, 4).join('/')}/`;

/** The fairness key of a connection's requests to Lever, at most 64 bytes (decision 0007). */
export const leverBucket = (connection: { id: string; leverAccountId: string | null }): string =>
  encode(connection.leverAccountId ?? connection.id).slice(0, 64);
