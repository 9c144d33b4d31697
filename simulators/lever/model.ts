/** What the simulated account holds. Times are milliseconds since 1970, ids are UUID text except built-in stages. */

export const ORIGINS = ['applied', 'sourced', 'referred', 'university', 'internal', 'agency'] as const;
export type Origin = (typeof ORIGINS)[number];

export interface Stage {
  id: string;
  text: string;
  /** Pipeline rank; first element of an opportunity paging token. */
  rank: number;
}

export interface ArchiveReason {
  id: string;
  text: string;
  status: 'active' | 'inactive';
  type: 'hired' | 'non-hired';
}

export interface User {
  id: string;
  name: string;
  username: string;
  email: string;
  accessRole: string;
  photo: string | null;
  createdAt: number;
  deactivatedAt: number | null;
  externalDirectoryId: string | null;
  linkedContactIds: string[] | null;
  jobTitle: string | null;
  managerId: string | null;
}

export interface Phone {
  type?: string | undefined;
  value: string;
}

/** A person; name, headline, e-mails, phones, links and location show on each of its opportunities. */
export interface Contact {
  id: string;
  name: string;
  headline: string;
  isAnonymized: boolean;
  location: string;
  emails: string[];
  phones: Phone[];
  links: string[];
  dataProtection: unknown;
}

export interface Archived {
  reason: string;
  archivedAt: number;
}

export interface Application {
  id: string;
  type: 'user' | 'posting' | 'referral';
  posting: string;
  user: string | null;
  createdAt: number;
  archived: Archived | null;
  requisitionForHire: string | null;
}

export interface StageChange {
  toStageId: string;
  toStageIndex: number;
  updatedAt: number;
  userId?: string;
}

export type Confidentiality = 'non-confidential' | 'confidential';

export interface Opportunity {
  id: string;
  contact: string;
  stage: string;
  confidentiality: Confidentiality;
  archived: Archived | null;
  tags: string[];
  sources: string[];
  stageChanges: StageChange[];
  origin: Origin;
  sourcedBy: string | null;
  owner: string | null;
  followers: string[];
  application: Application | null;
  createdAt: number;
  updatedAt: number | null;
  lastInteractionAt: number;
  lastAdvancedAt: number;
  snoozedUntil: number | null;
  dataProtection: unknown;
  /** The posting's location when absent. */
  opportunityLocation?: string;
}

export interface DeletedOpportunity extends Opportunity {
  deletedBy: string | null;
  deletedAt: number;
}

export interface Posting {
  id: string;
  text: string;
  state: 'published' | 'internal' | 'closed' | 'draft' | 'pending' | 'rejected';
  distributionChannels: string[] | null;
  user: string | null;
  owner: string | null;
  hiringManager: string | null;
  categories: {
    team: string;
    department: string;
    location: string;
    allLocations: string[];
    commitment: string;
    level: string | null;
  };
  tags: string[];
  content: {
    description: string;
    descriptionHtml: string;
    lists: { text: string; content: string }[];
    closing: string;
    closingHtml: string;
  };
  country: string;
  followers: string[];
  reqCode: string | null;
  requisitionCodes: string[];
  urls: { list: string; show: string; apply: string } | null;
  confidentiality: Confidentiality;
  createdAt: number;
  updatedAt: number;
  workplaceType: string;
  salaryRange?: { min: number; max: number; currency: string; interval: string };
  transcribeInterviews: boolean;
  screening: { enabled: boolean };
}

export interface NoteField {
  type: 'note';
  text: 'Comment';
  value: string;
  score: number | null;
  stage: string;
  user: string | null;
  createdAt: number;
}

export interface Note {
  id: string;
  text: string;
  fields: NoteField[];
  user: string | null;
  secret: boolean;
  completedAt: number;
  createdAt: number;
  deletedAt: number | null;
  /** Written on the candidate's page; such notes cannot be changed through the API. */
  byHand?: boolean;
}

/** A file waiting for an application form; gone after a day. */
export interface Upload {
  id: string;
  filename: string;
  content: Buffer;
  expiresAt: number;
}

export interface StoredFile {
  id: string;
  name: string;
  ext: string;
  content: Buffer;
  uploadedAt: number;
}

export const EVENTS = [
  'applicationCreated',
  'candidateHired',
  'candidateStageChange',
  'candidateArchiveChange',
  'candidateDeleted',
  'interviewCreated',
  'interviewUpdated',
  'interviewDeleted',
  'contactCreated',
  'contactUpdated',
] as const;
export type LeverEvent = (typeof EVENTS)[number];

/** Only these events carry conditions; the others have an empty configuration. */
export const EVENTS_WITH_ORIGINS: readonly LeverEvent[] = [
  'applicationCreated',
  'candidateHired',
  'candidateStageChange',
  'candidateArchiveChange',
];

export interface Webhook {
  id: string;
  event: LeverEvent;
  url: string;
  /** null: the event takes no conditions. */
  origins: Origin[] | null;
  /** null: made on the settings page without a signing token, so its deliveries carry no signature. */
  signatureToken: string | null;
  createdAt: number;
  updatedAt: number;
  /** The API may change only webhooks it made; the settings page only its own. */
  madeBy: 'api' | 'settings';
  credential: string | null;
}

export interface FeedbackField {
  type: string;
  text: string;
  description: string;
  required: boolean;
  id: string;
  prompt?: string;
  options?: { text: string }[];
}

export interface FeedbackTemplate {
  id: string;
  text: string;
  group: string | null;
  instructions: string;
  fields: FeedbackField[];
  createdAt: number;
  stage: string | null;
  updatedAt: number;
}

/** A filled-in feedback form. Deleting one leaves it readable, with `deletedAt`. */
export interface Feedback {
  id: string;
  type: 'interview';
  text: string;
  instructions: string;
  fields: (FeedbackField & { value: unknown })[];
  baseTemplateId: string;
  interview: string | null;
  panel: string | null;
  user: string;
  createdAt: number;
  completedAt: number | null;
  updatedAt: number | null;
  deletedAt: number | null;
}
