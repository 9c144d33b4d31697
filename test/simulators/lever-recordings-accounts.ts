import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AccountData } from '../../simulators/lever/admin';
import type { Contact, Opportunity, Posting, Stage, User } from '../../simulators/lever/model';
import { EVENTS_WITH_ORIGINS, ORIGINS } from '../../simulators/lever/model';
import { DEFAULT_BEHAVIOUR } from '../../simulators/lever/options';
import { addPosting } from '../../simulators/lever/seed';
import { LeverState } from '../../simulators/lever/state';

/** What the account held when each answer was recorded, told from the recordings themselves. */

export const FOLDER = join(__dirname, '../fixtures/lever');

// Recorded JSON is read as it is.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type Json = any;
export const recorded = (file: string): Json => JSON.parse(readFileSync(join(FOLDER, file), 'utf8'));
const answerOf = (file: string): Json => recorded(file).response.data;

/** Ranks as the paging tokens tell them. The recorded list was cut after eight stages; the rest is known by id. */
const RANKS = [1, 3, 5, 101, 105.5, 201, 230.5, 231];
const RECORDED_STAGES: Stage[] = answerOf('get-stages.json').map((stage: Omit<Stage, 'rank'>, i: number) => ({
  ...stage,
  rank: RANKS[i],
}));
const STAGES: Stage[] = [
  ...RECORDED_STAGES,
  { id: '1d8976ae-3fd9-44ed-bf5b-4aa019929779', text: 'Reference check', rank: 231.5 },
  { id: 'offer', text: 'Offer', rank: 261 },
  { id: 'c78a59b9-0f6c-42a1-8cac-c7911d3e450d', text: 'Background check', rank: 265.5 },
];

export const opportunity = answerOf('get-opportunity.json');

/** A contact, posting and opportunity behind one recorded opportunity. */
function accountBehind(json: Json): Required<Pick<AccountData, 'contacts' | 'opportunities' | 'postings'>> {
  const contact: Contact = {
    id: json.contact,
    name: json.name,
    headline: json.headline,
    isAnonymized: json.isAnonymized,
    location: json.location,
    emails: json.emails,
    phones: json.phones,
    links: json.links,
    dataProtection: null,
  };
  const applicationId: string | undefined = json.applications[0];
  const posting = `posting of ${json.id}`;
  const behind: Opportunity = {
    ...json,
    application: applicationId
      ? {
          id: applicationId,
          type: 'user',
          posting,
          user: json.owner,
          createdAt: 1,
          archived: null,
          requisitionForHire: null,
        }
      : null,
  };
  return { contacts: [contact], opportunities: [behind], postings: [newPosting(posting)] };
}

function newPosting(id: string, options: Partial<Parameters<typeof addPosting>[1]> = {}): Posting {
  const scratch = new LeverState('http://127.0.0.1', { ...DEFAULT_BEHAVIOUR });
  return addPosting(scratch, { text: 'Posting', ...options, id, owner: null, createdAt: 1 });
}

export const merged = (items: Json[]): AccountData => {
  const each = items.map(accountBehind);
  return {
    contacts: each.flatMap((one) => one.contacts),
    opportunities: each.flatMap((one) => one.opportunities),
    postings: each.flatMap((one) => one.postings),
  };
};

/**
 * The opportunity before the recorded write: its answer with the write undone (`undo`). Where the answer shows the
 * contact as empty, the contact behind it has every field filled, so that a field shown by mistake is noticed.
 */
function before(file: string, undo: object): AccountData {
  const answer = structuredClone(answerOf(file));
  const { opportunityLocation } = opportunity;
  return merged([{ ...answer, ...(answer.name === '' ? FILLED : {}), opportunityLocation, ...undo }]);
}

const FILLED = {
  name: 'Somebody',
  headline: 'Something',
  location: 'Somewhere',
  phones: [{ type: 'mobile', value: '555 0100' }],
  emails: ['somebody@example.com'],
  links: ['https://example.com/somebody'],
};

/** The other contact's data are those of its one recorded answer; the request did not change them. */
function createOpportunityAccount(): AccountData {
  const { contact, name, headline, phones } = answerOf('create-opportunity.json');
  const known = {
    ...accountBehind(opportunity).contacts[0]!,
    id: contact,
    name,
    headline,
    phones,
    links: [],
  };
  const posting = newPosting('75ff237f-c221-4c26-8b23-faf395f5ea1c', {
    text: 'Nango Seed Posting 1 - Updated',
    department: 'Research & Development',
    team: 'Engineering',
    location: 'San Francisco, CA',
  });
  return {
    // The address in the recorded answer was replaced by an invented one; the request still has the real one.
    contacts: [{ ...known, location: '', emails: recorded('create-opportunity.json').request.data.emails }],
    postings: [{ ...posting, followers: ['32bc4d3b-1aa6-4e2b-92d0-2e575047001e'] }],
  };
}

function webhooksAccount(): AccountData {
  const webhooks = answerOf('get-webhooks.json').map((json: Json) => {
    const origins = EVENTS_WITH_ORIGINS.includes(json.event) ? [...ORIGINS] : null;
    return { ...json, origins, signatureToken: 'token', madeBy: 'api', credential: null };
  });
  return { webhooks };
}

function contactAccount(json: Json): AccountData {
  return { contacts: [{ ...json, location: json.location.name, links: [] }] };
}

function applicationAccount(json: Json): AccountData {
  const account = accountBehind(opportunity);
  account.opportunities[0]!.application = json;
  return { ...account, postings: [{ ...newPosting(json.posting), owner: json.postingOwner }] };
}

/** As many opportunities under each tag as were counted. */
function tagsAccount(tags: { text: string; count: number }[]): AccountData {
  const items = tags.flatMap(({ text, count }) =>
    Array.from({ length: count }, (_, i) => ({ ...opportunity, id: `${text} ${i}`, tags: [text] })),
  );
  return merged(items.reverse());
}

/** The item that the first page's token names. */
function followingItem(): Json {
  const token = recorded('opportunities-page-1-head.json').response.next;
  const [, lastAdvancedAt, id] = JSON.parse(decodeURIComponent(token));
  return { ...opportunity, id, stage: 'lead-reached-out', lastAdvancedAt };
}

export const ACCOUNTS: Record<string, AccountData> = {
  'create-note.json': merged([{ ...opportunity, stage: 'lead-reached-out' }]),
  'create-opportunity.json': createOpportunityAccount(),
  'create-webhook.json': {},
  'delete-webhook.json': webhooksAccount(),
  'get-application.json': applicationAccount(answerOf('get-application.json')),
  'get-contact.json': contactAccount(answerOf('get-contact.json')),
  'get-note.json': {
    ...merged([opportunity]),
    notes: [{ opportunityId: opportunity.id, note: answerOf('get-note.json') }],
  },
  'get-opportunity-file-actions.json': merged([opportunity]),
  'get-opportunity.json': merged([opportunity]),
  'get-posting.json': { postings: [answerOf('get-posting.json')] },
  'get-postings.json': { postings: answerOf('get-postings.json') },
  'get-stages.json': { stages: RECORDED_STAGES },
  'get-tags.json': tagsAccount(answerOf('get-tags.json')),
  'get-user.json': {},
  'get-webhooks.json': webhooksAccount(),
  'opportunities-last-page.json': merged(answerOf('opportunities-last-page.json')),
  'opportunities-page-1-head.json': merged([...answerOf('opportunities-page-1-head.json'), followingItem()]),
  'update-opportunity-archived.json': before('update-opportunity-archived.json', {
    archived: {
      reason: answerOf('update-opportunity-archived.json').archived.reason,
      archivedAt: answerOf('update-opportunity-archived.json').lastAdvancedAt,
    },
  }),
  'update-opportunity-links.json': before('update-opportunity-links.json', { links: [] }),
  'update-opportunity-stage.json': before('update-opportunity-stage.json', {
    stage: 'lead-new',
    stageChanges: answerOf('update-opportunity-stage.json').stageChanges.slice(0, -1),
    lastAdvancedAt: answerOf('update-opportunity-archived.json').lastAdvancedAt,
  }),
  'update-opportunity-tags.json': before('update-opportunity-tags.json', {
    tags: answerOf('update-opportunity-tags.json').tags.slice(0, -1),
  }),
  'users.json': { users: answerOf('users.json') },
};

/** People named anywhere in the recordings, and the reason that the archived one was given. */
export const COMMON: AccountData = {
  stages: STAGES,
  users: distinct([...answerOf('users.json'), answerOf('get-user.json')]),
  archiveReasons: [
    {
      id: answerOf('update-opportunity-archived.json').archived.reason,
      text: 'Reason',
      status: 'active',
      type: 'non-hired',
    },
  ],
};

function distinct(users: User[]): User[] {
  return [...new Map(users.map((user) => [user.id, user])).values()];
}
