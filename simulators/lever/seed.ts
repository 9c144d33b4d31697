import { createHash } from 'node:crypto';
import { addFeedbackTemplate } from './feedback';
import type { Posting, User } from './model';
import type { Recruiting } from './recruiting';
import type { LeverState } from './state';

/** The same id for the same name in every run, in the form of a UUID. */
export function seedId(name: string): string {
  const hex = createHash('sha256').update(`lever-simulator/${name}`).digest('hex');
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    `a${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-');
}

/** Ids of the seeded account, for programs that start on it. */
export const SEED = {
  apiKey: 'lever-sim-key',
  app: { clientId: 'lever-sim-client', clientSecret: 'lever-sim-secret' },
  stages: {
    newLead: 'lead-new',
    reachedOut: 'lead-reached-out',
    responded: 'lead-responded',
    newApplicant: 'applicant-new',
    phoneScreen: seedId('stage/phone-screen'),
    assessment: seedId('stage/assessment'),
    review: seedId('stage/review'),
    offer: 'offer',
  },
  reasons: {
    hired: seedId('reason/hired'),
    underqualified: seedId('reason/underqualified'),
    withdrew: seedId('reason/withdrew'),
  },
  feedbackTemplate: seedId('feedback-template/assessment-result'),
  users: {
    superAdmin: seedId('user/super-admin'),
    service: seedId('user/service'),
    recruiter: seedId('user/recruiter'),
    admin: seedId('user/admin'),
    limited: seedId('user/limited'),
    interviewer: seedId('user/interviewer'),
  },
  postings: {
    /** POP tag and invite tag. */
    storeManager: seedId('posting/store-manager'),
    /** POP tag without the invite tag. */
    shiftLead: seedId('posting/shift-lead'),
    /** No vendor's tag. */
    storeClerk: seedId('posting/store-clerk'),
    /** A tag that begins like SMG's but breaks its grammar. */
    areaManager: seedId('posting/area-manager'),
  },
} as const;

const DAY_MS = 86_400_000;

/** Fills an account: built-in and own stages, reasons, feedback templates, users, postings with tags, a few candidates. */
export function seedAccount(state: LeverState, recruiting: Recruiting): void {
  const { stages, reasons, users, postings } = SEED;
  state.stages.push(
    { id: stages.newLead, text: 'New lead', rank: 1 },
    { id: stages.reachedOut, text: 'Reached out', rank: 3 },
    { id: stages.responded, text: 'Responded', rank: 5 },
    { id: stages.newApplicant, text: 'New applicant', rank: 101 },
    { id: stages.phoneScreen, text: 'Phone screen', rank: 201 },
    { id: stages.assessment, text: 'Assessment', rank: 230.5 },
    { id: stages.review, text: 'Review', rank: 231 },
    { id: stages.offer, text: 'Offer', rank: 261 },
  );
  state.archiveReasons.push(
    { id: reasons.hired, text: 'Hired', status: 'active', type: 'hired' },
    { id: reasons.underqualified, text: 'Underqualified', status: 'active', type: 'non-hired' },
    { id: reasons.withdrew, text: 'Withdrew', status: 'active', type: 'non-hired' },
  );
  addFeedbackTemplate(state, { id: 'no-feedback', text: 'No feedback', fields: [] });
  addFeedbackTemplate(state, {
    id: SEED.feedbackTemplate,
    text: 'Assessment result',
    fields: [{ type: 'score-system', text: 'Overall rating', required: true }],
  });
  const now = state.now();
  const people = [
    newUser(users.superAdmin, 'Sam Admin', 'sam.admin', 'super admin', now - 400 * DAY_MS),
    newUser(users.service, 'Integration Service', 'integration.service', 'super admin', now - 300 * DAY_MS),
    newUser(users.recruiter, 'Riley Recruiter', 'riley.recruiter', 'team member', now - 200 * DAY_MS),
    newUser(users.admin, 'Alex Admin', 'alex.admin', 'admin', now - 150 * DAY_MS),
    newUser(users.limited, 'Lou Limited', 'lou.limited', 'limited team member', now - 100 * DAY_MS),
    newUser(users.interviewer, 'Ines Interviewer', 'ines.interviewer', 'interviewer', now - 50 * DAY_MS),
  ];
  for (const user of people) state.users.set(user.id, user);

  const owner = users.recruiter;
  const posting = (id: string, text: string, tags: string[], age: number) =>
    addPosting(state, { id, text, tags, owner, createdAt: now - age * DAY_MS });
  posting(postings.storeManager, 'Store Manager', ['POP-10002063-Leadership', 'POP-INVITE-CANDIDATE'], 40);
  posting(postings.shiftLead, 'Shift Lead', ['POP-10002063-Leadership'], 30);
  posting(postings.storeClerk, 'Store Clerk', [], 20);
  posting(postings.areaManager, 'Area Manager', ['POP_10002063_Leadership'], 10);

  const candidate = (name: string, posting: string, stage: string, daysAgo: number) =>
    recruiting.create(
      {
        name,
        emails: [`${name.toLowerCase().replace(' ', '.')}@example.com`],
        posting,
        stage,
        origin: 'applied',
        sources: ['Job site'],
        createdAt: now - daysAgo * DAY_MS,
      },
      users.recruiter,
    );
  candidate('Ada Example', postings.storeManager, stages.newApplicant, 6);
  candidate('Ada Example', postings.storeClerk, stages.newApplicant, 5);
  candidate('Ben Example', postings.shiftLead, stages.phoneScreen, 4);
  candidate('Cleo Example', postings.areaManager, stages.newApplicant, 3);
}

function newUser(id: string, name: string, username: string, accessRole: string, createdAt: number): User {
  return {
    id,
    name,
    username,
    email: `${username}@customer.example.com`,
    accessRole,
    photo: null,
    createdAt,
    deactivatedAt: null,
    externalDirectoryId: null,
    linkedContactIds: null,
    jobTitle: null,
    managerId: null,
  };
}

export interface NewPosting {
  id?: string | undefined;
  text: string;
  tags?: string[] | undefined;
  team?: string | undefined;
  department?: string | undefined;
  location?: string | undefined;
  commitment?: string | undefined;
  distributionChannels?: string[] | undefined;
  hiringManager?: string | undefined;
  confidentiality?: Posting['confidentiality'] | undefined;
}

/** A published posting as a customer would make it; everything but the title has a default. */
export function addPosting(
  state: LeverState,
  input: NewPosting & { owner: string | null; createdAt: number },
): Posting {
  const id = input.id ?? seedId(`posting/${state.postings.size}/${input.text}/${input.createdAt}`);
  const location = input.location ?? 'Lyon';
  const site = `${state.root}/jobs`;
  const posting: Posting = {
    id,
    text: input.text,
    state: 'published',
    distributionChannels: input.distributionChannels ?? ['internal', 'public'],
    user: input.owner,
    owner: input.owner,
    hiringManager: input.hiringManager ?? null,
    categories: {
      commitment: input.commitment ?? 'Full-time',
      department: input.department ?? 'Retail',
      level: null,
      location,
      team: input.team ?? 'Sales',
      allLocations: [location],
    },
    tags: [...(input.tags ?? [])],
    content: { description: '', descriptionHtml: '', lists: [], closing: '', closingHtml: '' },
    country: 'FR',
    followers: input.owner === null ? [] : [input.owner],
    reqCode: null,
    requisitionCodes: [],
    urls: { list: site, show: `${site}/${id}`, apply: `${site}/${id}/apply` },
    confidentiality: input.confidentiality ?? 'non-confidential',
    createdAt: input.createdAt,
    updatedAt: input.createdAt,
    workplaceType: 'onsite',
    transcribeInterviews: false,
    screening: { enabled: false },
  };
  state.postings.set(id, posting);
  return posting;
}
