import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  createdWebhook,
  leverApplication,
  leverFile,
  leverNote,
  leverOpportunity,
  leverPosting,
  leverStage,
  leverUser,
  leverWebhook,
  list,
  single,
} from '../../../lever/schemas';
import { toOpportunity, toPosting } from '../../../lever/to-domain';

const folder = join(__dirname, '../../fixtures/lever');
const recording = (name: string): unknown =>
  (JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8')) as { response: unknown }).response;

describe('the schemas of Lever', () => {
  it('finds the text of a note in its fields', () => {
    expect(single(leverNote).parse(recording('get-note'))).toEqual({
      id: 'dafc52cc-2eba-4542-92ba-1f17685df17b',
      text: 'Test note for get-note dryrun',
      createdAt: 1782974413945,
      deletedAt: null,
    });
  });

  it('takes the shapes that only the printed documentation shows', () => {
    const hook = { id: 'h', event: 'e', url: 'u', configuration: { signatureToken: 't' } };
    expect(single(createdWebhook).parse({ data: { data: hook } })).toEqual({
      id: 'h',
      event: 'e',
      url: 'u',
      signatureToken: 't',
    });
    expect(single(leverNote).parse({ data: { noteId: 'n' } })).toMatchObject({ id: 'n', text: '' });
    expect(list(leverStage).parse([{ id: 'offer', text: 'Offer' }]).data).toHaveLength(1);
  });
});

describe('what Lever may leave out, repeat or quote', () => {
  const read = (opportunity: object) => single(leverOpportunity).parse({ data: { id: 'o', ...opportunity } });

  it('of an opportunity: all but its id', () => {
    const nothing = { tags: [], links: [], emails: [], phones: [], stageChanges: [], applications: [] };
    expect(read({})).toEqual({ id: 'o', ...nothing });
    const nulls = Object.fromEntries(Object.keys(leverOpportunity.shape).map((key) => [key, null]));
    expect(read({ ...nulls, id: 'o' })).toMatchObject({
      id: 'o',
      updatedAt: null,
      archived: null,
      ...nothing,
    });
  });

  it.each([
    ['an update that was never recorded', { updatedAt: null }],
    ['a phone without a type', { phones: [{ value: '555 0100' }] }],
    ['followers twice', { followers: ['u', 'u'] }],
    ['a stage change of nobody', { stageChanges: [{ toStageId: 'offer', updatedAt: 5 }] }],
    ['no location', { opportunityLocation: 'unspecified', location: '' }],
    ['an archiving as only the printed samples have it', { archivedAt: null, archiveReason: null }],
    ['fields that are new', { somethingNew: { deep: [1] } }],
  ])('and the hub reads on: %s', (_, fields) => {
    const named = Object.entries(fields).filter(([name]) => name in leverOpportunity.shape);
    expect(read(fields)).toMatchObject(Object.fromEntries(named));
  });

  it('and what is new within a list is no news either', () => {
    const read = single(leverOpportunity).parse({
      data: {
        id: 'o',
        phones: [{ type: 'satellite', value: '555 0100' }],
        stageChanges: [{ toStageId: 'offer', toStageIndex: 3, updatedAt: 5 }],
      },
    });
    expect(read.phones).toEqual([{ value: '555 0100' }]);
    expect(read.stageChanges).toEqual([{ toStageId: 'offer', updatedAt: 5 }]);
  });

  it.each(['offer', 'lead-new', '6408dc54-7015-4e5b-8d60-23afff2b1efc'])('a stage’s id is %s', (stage) => {
    expect(read({ stage }).stage).toBe(stage);
    expect(read({ stage: { id: stage, text: 'Expanded' } }).stage).toBe(stage);
  });

  it('numbers in quotes are numbers, anything else in quotes is not', () => {
    const file = { id: 'f', name: 'a.pdf', size: '29360128', uploadedAt: '1407460069499', status: null };
    expect(single(leverFile).parse({ data: file })).toMatchObject({
      size: 29_360_128,
      uploadedAt: 1407460069499,
    });
    expect(single(leverFile).safeParse({ data: { ...file, size: 'large' } }).success).toBe(false);
  });

  it('an opportunity comes beside words about the contact, and a webhook once or twice wrapped', () => {
    const made = { deduped: true, data: { id: 'o' } };
    expect(single(leverOpportunity).parse(made)).toMatchObject({ id: 'o' });
    expect(single(leverWebhook).parse({ data: { data: { id: 'h', event: 'e', url: 'u' } } })).toMatchObject({
      id: 'h',
    });
  });

  it('a user or a posting has little more than an id', () => {
    expect(single(leverUser).parse({ data: { id: 'u', email: null, accessRole: null } })).toMatchObject({
      id: 'u',
    });
    const draft = { id: 'p', text: 'Clerk', owner: null, hiringManager: null, urls: null, categories: null };
    expect(single(leverPosting).parse({ data: draft })).toMatchObject({ id: 'p', tags: [], categories: {} });
  });
});

describe('from Lever to the domain', () => {
  const application = single(leverApplication).parse(recording('get-application'));
  const opportunity = single(leverOpportunity).parse(recording('get-opportunity'));

  it('reads an opportunity with its posting and the time of its last stage change', () => {
    expect(toOpportunity({ ...opportunity, applications: [application] })).toEqual({
      id: '6408dc54-7015-4e5b-8d60-23afff2b1efc',
      contactId: '997fd432-94f6-4613-9fa8-c3d5bd49600b',
      postingId: '75ff237f-c221-4c26-8b23-faf395f5ea1c',
      stageId: 'lead-reached-out',
      stageChangedAt: 1782974004990,
      tags: opportunity.tags,
      links: [],
      candidate: {
        name: 'Nango Seed Candidate 1',
        email: 'nango-seed-candidate-1@example.com',
        phone: '5555550100',
      },
      archived: true,
    });
  });

  it('takes the last of several moves into the same stage, else the last advance', () => {
    const moves = [100, 300, 200].map((updatedAt) => ({ toStageId: 'offer', updatedAt }));
    const moved = { ...opportunity, applications: [], stage: 'offer', lastAdvancedAt: 400 };
    expect(toOpportunity({ ...moved, stageChanges: moves }).stageChangedAt).toBe(300);
    expect(toOpportunity({ ...moved, stageChanges: [] }).stageChangedAt).toBe(400);
  });

  it('prefers the application that is not archived, and knows that there may be none', () => {
    const open = { ...application, id: 'a2', posting: 'p2', archived: null };
    expect(toOpportunity({ ...opportunity, applications: [application, open] }).postingId).toBe('p2');
    expect(toOpportunity({ ...opportunity, applications: [] }).postingId).toBeNull();
  });

  it('does not take an application that was not expanded for a missing posting', () => {
    expect(() => toOpportunity(opportunity)).toThrow(expect.objectContaining({ code: 'lever.unexpected' }));
  });

  it.each([
    [[''], null],
    [[' \u00a0'], null],
    [['\u200b'], null],
    [['n/a', '@', 'dana@', '@example.com', 'dana @example.com'], null],
    [['', 'n/a', ' dana@example.com\ufeff'], 'dana@example.com'],
    [['dana\u200b@example.com', 'other@example.com'], 'dana@example.com'],
    [[], null],
  ])('takes of the e-mail addresses %j the first that somebody could be written to: %j', (emails, email) => {
    const { candidate } = toOpportunity({ ...opportunity, emails, applications: [] });
    expect(candidate.email).toBe(email);
  });

  it.each([
    [null, '', [], null],
    ['', '', [{ value: '' }, { value: null }], null],
    [' \u2060', '', [{ value: ' \u200b' }, { value: ' 555\u00a00100 ' }], '555 0100'],
    [' Madonna\ufeff', 'Madonna', [{}], null],
    ['علی\u200cرضا', 'علی\u200cرضا', [{ value: '+1 555 0100' }], '+1 555 0100'],
  ])('takes the name %j as %j, and of the phones %j %j', (name, shown, phones, phone) => {
    const { candidate } = toOpportunity({ ...opportunity, name, phones, applications: [] });
    expect(candidate).toMatchObject({ name: shown, phone });
  });

  it('reads a posting', () => {
    const posting = single(leverPosting).parse(recording('get-posting'));
    expect(toPosting(posting)).toEqual({ id: posting.id, title: 'Nango Seed Posting 1', tags: [] });
  });
});
